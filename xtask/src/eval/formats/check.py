"""Files of each format through zhnorm, as an independent parser sees them before and after.

Arguments: the command, the folder of healthy text, a folder to work in, words. Prints a row for each
format: files; files that are other bytes with nothing to do; files of another structure after
conversion; texts, and texts converted otherwise than the same text without structure; rows, cues
and keys lost; the time of a megabyte beside that of plain text.
"""

import configparser
import csv
import io
import json
import pathlib
import re
import subprocess
import sys
import time
import tomllib
import zipfile

import ebooklib
import lxml.etree
import lxml.html
import polib
import pysubs2
import yaml
from ebooklib import epub
from markdown_it import MarkdownIt

binary, zoo, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
words = sys.argv[4:]
HAN = re.compile("[\u3400-\u9fff]")


def run(arguments, folder, output):
    begin = time.perf_counter()
    done = subprocess.run(
        [binary, "--isolated", "-q", "-j1", "--no-ignore", "--hidden", *arguments, "-o", output, folder],
        stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode not in (0, 1):
        print(done.stderr.decode()[:500], file=sys.stderr)
    return time.perf_counter() - begin


def subtitles(text):
    """The times and styles, and the texts without tags."""
    cues = pysubs2.SSAFile.from_string(text)
    frame = [(cue.start, cue.end, cue.style, cue.type, re.findall(r"\{[^}]*\}", cue.text)) for cue in cues]
    return frame, [line for cue in cues for line in cue.plaintext.split("\n")]


def markdown(text):
    """Tokens without their texts, and the texts of blocks."""
    frame, texts = [], []
    start = re.match(r"---\n.*?\n---\n", text, re.S)
    body = text[start.end():] if start else text
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body):
        if token.type == "inline":
            line = ""
            for child in token.children:
                if child.type == "text":
                    line += child.content
                else:
                    content = "" if child.type == "image" else child.content
                    if child.type == "html_inline":
                        content = re.sub("""\\b(title|alt|placeholder|summary)=("[^"]*"|'[^']*')""", r"\1", content)
                    addresses = {name: child.attrs[name] for name in ("href", "src") if name in child.attrs}
                    frame.append((child.type, child.tag, content, str(addresses)))
                    if child.type in ("softbreak", "hardbreak"):
                        line += "\n"
                    elif child.type in ("code_inline", "html_inline", "image"):
                        line += "\x00"
            # What stands between tags of code stays.
            texts.append("" if "<code" in token.content else line)
        else:
            content = "" if token.type == "html_block" else token.content
            frame.append((token.type, token.tag, token.info, content))
    return frame, texts


def table(delimiter):
    def read(text):
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
        return [len(row) for row in rows], [cell for row in rows for cell in row]
    return read


def walk(value, frame, texts):
    if isinstance(value, dict):
        for key, inner in value.items():
            frame.append(("key", key))
            walk(inner, frame, texts)
    elif isinstance(value, list):
        frame.append(("list", len(value)))
        for inner in value:
            walk(inner, frame, texts)
    elif isinstance(value, str):
        frame.append("string")
        texts.append(value)
    else:
        frame.append(value)


def values(load):
    def read(text):
        frame, texts = [], []
        walk(load(text.removeprefix("\ufeff")), frame, texts)
        return frame, texts
    return read


def gettext(text):
    entries = polib.pofile(text)
    frame = [(e.msgid, e.msgid_plural, e.msgctxt, sorted(e.msgstr_plural), e.comment, e.flags) for e in entries]
    return frame, [t for e in entries for t in [e.msgstr, *e.msgstr_plural.values()]]


def ini(text):
    parser = configparser.RawConfigParser(strict=False, interpolation=None, delimiters=["="])
    parser.optionxform = str
    parser.read_string(text)
    pairs = [(section, *pair) for section in parser.sections() for pair in parser.items(section)]
    return [pair[:2] for pair in pairs], [pair[2] for pair in pairs]


def properties(text):
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] not in "#!"]
    return [re.split("[=:]", line)[0] for line in lines], [line.split("=", 1)[-1] for line in lines]


def strings(text):
    pairs = re.findall(r'"((?:[^"\\]|\\.)*)"\s*=\s*"((?:[^"\\]|\\.)*)"', text)
    return [key for key, _ in pairs], [value for _, value in pairs]


def tree(root):
    frame, texts = [], []
    shown = {"title", "alt", "placeholder", "aria-label", "summary"}
    for node in root.iter():
        frame.append((str(node.tag), sorted((k, v) for k, v in node.attrib.items() if k not in shown)))
        is_text = isinstance(node.tag, str) and node.tag not in ("script", "style", "code")
        texts += [text for text in (node.text if is_text else None, node.tail) if text and text.strip()]
    return frame, texts


def xml(text):
    return tree(lxml.etree.fromstring(text.encode()))


def html(text):
    return tree(lxml.html.document_fromstring(text))


def code(text):
    return re.sub("[^\x00-\x7f]+", "", text).split(), []


def book(path):
    read = epub.read_epub(path)
    frame = [(item.get_name(), item.get_type()) for item in read.get_items()]
    return frame, [read.title]


def named(pattern, most=400):
    def files():
        return {p.relative_to(zoo): p.read_bytes() for p in sorted(zoo.rglob(pattern))[:most]}
    return files


def catalogues():
    found = {}
    for package in map(pathlib.Path, sys.path):
        for path in package.glob("*/**/zh*/LC_MESSAGES/*.po"):
            found[pathlib.Path(str(len(found)) + ".po")] = path.read_bytes()
    return found


def made(pattern, make, ending, most=60):
    def files():
        found = {}
        for path in sorted(zoo.rglob(pattern))[:most]:
            try:
                found[path.relative_to(zoo).with_suffix(ending)] = make(path.read_text("utf-8"))
            except Exception:
                continue
        return found
    return files


def as_vtt(text):
    return pysubs2.SSAFile.from_string(text).to_string("vtt").encode()


def as_yaml(text):
    return yaml.safe_dump(json.loads(text[:200_000]), allow_unicode=True).encode()


def as_toml(text):
    texts = []
    walk(json.loads(text), [], texts)
    return "".join(f"k{n} = {json.dumps(t, ensure_ascii=False)}\n" for n, t in enumerate(texts[:2000])).encode()


def as_ini(text):
    texts = []
    walk(json.loads(text), [], texts)
    plain = [t for t in texts if re.fullmatch(r"[\u3400-\u9fff，。、]+", t)]
    return ("[a]\n" + "".join(f"k{n} = {t}\n" for n, t in enumerate(plain[:2000]))).encode()


def as_lrc(text):
    cues = pysubs2.SSAFile.from_string(text)
    return "".join(f"[00:{n % 60:02}.00]{c.plaintext}\n" for n, c in enumerate(cues) if "\n" not in c.plaintext).encode()


def lyrics(text):
    pairs = re.findall(r"^(\[[\d:.]+\])(.*)$", text, re.M)
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def as_jsonl(text):
    texts = []
    walk(json.loads(text), [], texts)
    return "".join(json.dumps({"id": n, "text": t}, ensure_ascii=n % 2 == 0) + "\n" for n, t in enumerate(texts)).encode()


def as_xml(text):
    root = lxml.etree.Element("list")
    for row in list(csv.reader(io.StringIO(text)))[:3000]:
        item = lxml.etree.SubElement(root, "item")
        for cell in row:
            lxml.etree.SubElement(item, "cell", title="x").text = re.sub("[\x00-\x08\x0b-\x1f]", "", cell)
    return lxml.etree.tostring(root, encoding="utf-8", xml_declaration=True)


def books():
    found = {}
    for path in sorted(zoo.rglob("*.html"))[:60]:
        read = epub.EpubBook()
        read.set_identifier("x")
        read.set_title("后来的书")
        read.set_language("zh")
        chapter = epub.EpubHtml(title="第一章 后来", file_name="a.xhtml", lang="zh")
        body = lxml.html.document_fromstring(path.read_text("utf-8")).text_content()
        lines = [line.strip() for line in body.splitlines() if line.strip()]
        chapter.content = "<html><body>" + "".join(
            f"<p>{line}</p>" for line in lines).replace("&", "&amp;") + "</body></html>"
        read.add_item(chapter)
        read.toc = (chapter,)
        read.add_item(epub.EpubNcx())
        read.add_item(epub.EpubNav())
        read.spine = ["nav", chapter]
        target = work / "book.epub"
        epub.write_epub(str(target), read)
        found[path.relative_to(zoo).with_suffix(".epub")] = target.read_bytes()
    return found


FORMATS = {
    "markdown": (named("*.md"), markdown, []),
    "srt": (named("*.srt"), subtitles, []),
    "ass": (named("*.ass"), subtitles, []),
    "vtt": (made("*.srt", as_vtt, ".vtt"), subtitles, []),
    "lrc": (made("*.srt", as_lrc, ".lrc"), lyrics, []),
    "csv": (named("*.csv"), table(","), []),
    "json": (named("*.json"), values(json.loads), []),
    "jsonl": (made("*.json", as_jsonl, ".jsonl"), lambda t: values(lambda t: [json.loads(l) for l in t.split("\n") if l])(t), ["--skip", "strip,repair"]),
    "po": (catalogues, gettext, []),
    "yaml": (made("*.json", as_yaml, ".yaml", 12), values(yaml.safe_load), []),
    "toml": (made("*.json", as_toml, ".toml"), values(tomllib.loads), []),
    "ini": (made("*.json", as_ini, ".ini"), ini, []),
    "properties": (named("*.properties"), properties, []),
    "strings": (named("*.strings"), strings, []),
    "xml": (made("*.csv", as_xml, ".xml"), xml, []),
    "html-document": (named("*.html"), html, ["--format", "html-document"]),
    "epub": (books, book, []),
    "c": (named("*.[jt]s"), code, ["--code", "comments"]),
}

csv.field_size_limit(1 << 30)
print("| format | files | other bytes | other structure | texts | converted otherwise | lost | time / plain text |")
print("|---|--:|--:|--:|--:|--:|--:|--:|")
failed = False
for name, (files, read, options) in FORMATS.items():
    if words and name not in words:
        continue
    source = files()
    here = work / name
    subprocess.run(["rm", "-rf", str(here)], check=True)
    for path, data in source.items():
        (here / "in" / path).parent.mkdir(parents=True, exist_ok=True)
        (here / "in" / path).write_bytes(data)
    if not source:
        print(f"| {name} | 0 | | | | | | |")
        continue
    same = ["--skip", "repair,strip", *options] if not "--skip" in options else options
    run(same, here / "in", here / "same")
    converting = [*same, "--to", "zh-Hant"]
    run(converting, here / "in", here / "out")
    changed, broken, texts, otherwise, lost, plain = 0, 0, 0, 0, 0, []
    for path, data in source.items():
        try:
            after_same = (here / "same" / path).read_bytes()
        except FileNotFoundError:
            changed += 1
            continue
        changed += after_same != data
        if after_same != data and "-v" in words:
            print("other bytes:", path)
        after = (here / "out" / path).read_bytes()
        try:
            if name == "epub":
                old, new = book(str(here / "in" / path)), book(str(here / "out" / path))
                first = zipfile.ZipFile(io.BytesIO(after)).infolist()[0]
                broken += first.filename != "mimetype" or first.compress_type != 0
            else:
                old, new = read(data.decode()), read(after.decode())
        except Exception as error:
            try:
                name == "epub" or read(data.decode())
            except Exception:
                continue
            broken += 1
            print(name, path, error, file=sys.stderr)
            continue
        if old[0] != new[0]:
            broken += 1
            wrong = next(((a, b) for a, b in zip(old[0], new[0]) if a != b), None)
            print(name, path, str(wrong)[:300], file=sys.stderr)
        lost += abs(len(old[0]) - len(new[0])) + abs(len(old[1]) - len(new[1]))
        pairs = list(zip(old[1], new[1]))
        plain.append([(a, b) for a, b in pairs if HAN.search(a) and "\n" not in a])
    # The same texts without structure, a line each.
    lines = here / "lines"
    lines.mkdir()
    for number, pairs in enumerate(plain):
        text = "\n".join(re.sub(r"[\r\x00\x0b\x0c\u0085\u2028\u2029]", " ", a) for a, _ in pairs)
        (lines / f"{number}.txt").write_text(text, "utf-8", newline="")
    run(["--only", "convert", "--format", "text", "--to", "zh-Hant"], lines, here / "converted")
    for number, pairs in enumerate(plain):
        result = (here / "converted" / f"{number}.txt").read_text("utf-8").split("\n")
        for (_, new), expected in zip(pairs, result):
            texts += 1
            differs = re.sub(r"[\r\x00\x0b\x0c\u0085\u2028\u2029]", " ", new) != expected
            otherwise += differs
            if differs and "-v" in words:
                print(repr(new[:90]), repr(expected[:90]))
    # Speed, with the start-up of the process left out.
    one = here / "speed"
    one.mkdir()
    best = {}
    for kind in ("format", "text"):
        target = one / kind
        target.mkdir()
        total = size = 0
        while total < 4_000_000:
            for path, data in source.items():
                contents = unpacked = data
                if name == "epub":
                    archive = zipfile.ZipFile(io.BytesIO(data))
                    unpacked = b"".join(archive.read(n) for n in archive.namelist() if n.endswith("html"))
                    if kind == "text":
                        contents = unpacked
                size += len(unpacked)
                (target / f"{total}{path.suffix}").write_bytes(contents)
                total += len(contents) + 1
                if total >= 4_000_000:
                    break
        extra = options if kind == "format" else ["--format", "text"]
        each = ["--only", "repair,convert", "--to", "zh-Hant", *[o for o in extra if o not in ("--skip", "strip,repair")]]
        best[kind] = min(run(each, target, one / f"o{n}{kind}") for n in range(3)) / size
    ratio = best["format"] / best["text"]
    print(f"| {name} | {len(source)} | {changed} | {broken} | {texts} | {otherwise} | {lost} | {ratio:.2f} |", flush=True)
    failed |= bool(changed or broken or lost)
sys.exit(failed)
