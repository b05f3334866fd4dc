// The page: hands what is pasted or dropped to the module and shows what comes back.

const $ = (id) => document.getElementById(id);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const MOST_SHOWN = 500;

const EXAMPLES = {
  pinyin: "在撲面而來(lái)的時(shí)代浪潮中,一場(chǎng)人工智能產(chǎn)業(yè)發(fā)展競(jìng)速賽正在拉開(kāi)帷幕。\n",
  mojibake: "å¤§æ¡¥ä»Šå¤©é€šè½¦ï¼Œæ¡¥ä¸Šç«™æ»¡äº†äººã€‚\n",
  page:
    "首頁 > 新聞 > 正文\n昨天下了雪，路上的車開得很慢。\n孩子們在路邊堆雪人，大人們忙着掃雪。\n\n相關閱讀\n雪後的早晨\n晨報 2024-01-02\n" +
    "最新評論\n版權所有 晨報網\n",
};

let module;
/** The bytes of a dropped file; null when the text of the field counts. */
let dropped = null;
let last = "";

async function load() {
  const response = await fetch(new URL("zhnorm.wasm", import.meta.url));
  if (!response.ok) throw new Error(`zhnorm.wasm: ${response.status}`);
  // Not every plain file server sends the type that streaming needs.
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
  module = instance.exports;
}

/** Runs the module on bytes. */
function normalize(bytes, options) {
  const head = encoder.encode(JSON.stringify(options));
  const at = module.room(head.length + bytes.length);
  const memory = new Uint8Array(module.memory.buffer, at, head.length + bytes.length);
  memory.set(head);
  memory.set(bytes, head.length);
  const code = module.normalize(head.length);
  const answer = decoder.decode(
    new Uint8Array(module.memory.buffer, module.result(), module.length()),
  );
  if (code !== 0) throw new Error(answer);
  return JSON.parse(answer);
}

/** Pairs of equal items of two lists, by their longest common subsequence; of very long ones only equal ends. */
function aligned(old, neu, same) {
  let start = 0;
  while (start < old.length && start < neu.length && same(old[start], neu[start])) start += 1;
  let end = 0;
  while (
    end < old.length - start && end < neu.length - start &&
    same(old[old.length - 1 - end], neu[neu.length - 1 - end])
  ) end += 1;
  const pairs = [];
  for (let at = 0; at < start; at += 1) pairs.push([at, at]);
  const rows = old.length - start - end;
  const columns = neu.length - start - end;
  if (rows * columns > 0 && rows * columns <= 4e6) {
    const width = columns + 1;
    const table = new Uint16Array((rows + 1) * width);
    for (let row = rows - 1; row >= 0; row -= 1) {
      for (let column = columns - 1; column >= 0; column -= 1) {
        table[row * width + column] = same(old[start + row], neu[start + column])
          ? table[(row + 1) * width + column + 1] + 1
          : Math.max(table[(row + 1) * width + column], table[row * width + column + 1]);
      }
    }
    for (let row = 0, column = 0; row < rows && column < columns;) {
      if (same(old[start + row], neu[start + column])) {
        pairs.push([start + row, start + column]);
        row += 1;
        column += 1;
      } else if (table[(row + 1) * width + column] >= table[row * width + column + 1]) row += 1;
      else column += 1;
    }
  }
  for (let at = end; at > 0; at -= 1) pairs.push([old.length - at, neu.length - at]);
  return pairs;
}

/** Writes one line with what differs marked. */
function writeLine(into, old, neu) {
  const [from, to] = [Array.from(old), Array.from(neu)];
  const pairs = aligned(from, to, (one, other) => one === other);
  let at = 0;
  let plain = "";
  const flush = () => {
    if (plain) into.append(plain);
    plain = "";
  };
  const marked = (until) => {
    if (until <= at) return;
    flush();
    const mark = document.createElement("mark");
    mark.textContent = to.slice(at, until).join("");
    into.append(mark);
  };
  for (const [, column] of pairs) {
    marked(column);
    plain += to[column];
    at = column + 1;
  }
  marked(to.length);
  flush();
}

/** Shows the new text: lines that went struck through, what changed in a line marked. */
function show(answer) {
  const output = $("output");
  output.replaceChildren();
  const gone = new Map();
  for (const change of answer.changes) {
    if (change.stage === "strip" && change.action === "drop") {
      for (const line of change.before.split(/\r\n|\n|\r/)) {
        if (line) gone.set(line, (gone.get(line) ?? 0) + 1);
      }
    }
  }
  const old = answer.given.split("\n");
  const neu = answer.text.split("\n");
  let at = 0;
  const fragment = document.createDocumentFragment();
  for (const line of old) {
    const clean = line.replace(/\r$/, "");
    if (gone.get(clean) > 0 && neu[at] !== line) {
      gone.set(clean, gone.get(clean) - 1);
      const struck = document.createElement("del");
      struck.textContent = clean;
      fragment.append(struck, "\n");
    } else if (at < neu.length) {
      writeLine(fragment, line, neu[at]);
      at += 1;
      if (at < neu.length) fragment.append("\n");
    }
  }
  for (; at < neu.length; at += 1) fragment.append(neu[at], at + 1 < neu.length ? "\n" : "");
  output.append(fragment);

  const body = $("changes");
  body.replaceChildren();
  for (const change of answer.changes.slice(0, MOST_SHOWN)) {
    const row = document.createElement("tr");
    const cells = [change.stage, change.rule, change.line, change.before, change.after];
    cells.forEach((text, column) => {
      const cell = document.createElement("td");
      cell.textContent = column === 4 && change.action === "flag" ? "(left alone)" : text;
      if (column === 0) cell.className = change.stage;
      if (change.action === "flag") cell.classList.add("flag");
      if (column === 1 && change.note) cell.title = change.note;
      row.append(cell);
    });
    body.append(row);
  }
  $("list").hidden = answer.changes.length === 0;
}

function run() {
  if (!module) return;
  const given = dropped ?? encoder.encode($("input").value);
  const options = {
    to: $("to").value,
    spelling: $("spelling").value,
    quotes: $("quotes").value,
    skip: ["repair", "strip", "convert"].filter((stage) => !$(stage).checked),
    is_text: dropped === null,
  };
  const start = performance.now();
  try {
    const answer = normalize(given, options);
    if (dropped !== null) $("input").value = answer.given;
    last = answer.text;
    show(answer);
    const took = performance.now() - start;
    const found = answer.encoding ? `${answer.encoding}, confidence ${answer.confidence.toFixed(2)}, ` : "";
    const more = answer.changes.length > MOST_SHOWN ? `, the first ${MOST_SHOWN} below` : "";
    $("status").textContent =
      `${found}${answer.variety}: ${answer.changes.length} changes and flags${more}, ${took.toFixed(0)} ms`;
    $("copy").disabled = last === "";
  } catch (error) {
    // A module that has trapped is in no known state.
    if (error instanceof WebAssembly.RuntimeError) {
      module = undefined;
      load().catch(() => {});
    }
    $("output").replaceChildren();
    $("list").hidden = true;
    $("status").textContent = `Error: ${error.message}`;
  }
}

async function take(file) {
  dropped = new Uint8Array(await file.arrayBuffer());
  run();
}

let waiting;
$("input").addEventListener("input", () => {
  dropped = null;
  $("file").value = "";
  clearTimeout(waiting);
  waiting = setTimeout(run, 150);
});
$("options").addEventListener("change", (event) => {
  if (event.target.id === "example") {
    dropped = null;
    $("input").value = EXAMPLES[event.target.value] ?? "";
  }
  if (event.target.id !== "file") run();
});
$("options").addEventListener("submit", (event) => event.preventDefault());
$("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) take(file);
});
$("copy").addEventListener("click", () => navigator.clipboard.writeText(last));
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("dropping", kind === "dragenter" || kind === "dragover");
    const [file] = event.dataTransfer?.files ?? [];
    if (kind === "drop" && file) take(file);
  });
}

load().then(
  () => {
    $("status").textContent = "Ready.";
    document.body.dataset.ready = "yes";
    run();
  },
  (error) => {
    $("status").textContent = `The module could not be loaded: ${error.message}`;
  },
);
