#!/usr/bin/env python3
"""Opens pages of `zhnorm --report-html` in headless Chromium and checks what a reader meets.

    python3 tests/browser/report_page.py [--binary PATH] [--files N] [--screenshots DIR]

Needs Debian's package `chromium` and a Chinese font, and installs them with apt-get when they are
missing and it may. The browser is driven through its own debugging pipe: nothing but python3 is
needed for that. Closes with one line, `N passed, N failed`.
"""

import argparse
import base64
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--force-color-profile=srgb", "--remote-debugging-pipe",
]
DESKTOP, PHONE, NARROW = (1100, 800), (390, 844), (320, 640)
HOSTILE = "</script><script>document.title='stolen'</script><img src=x onerror=\"document.title='stolen'\">"


def chromium():
    """The browser, installed when it is missing."""
    path = shutil.which("chromium")
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout if shutil.which("fc-list") else b""
    missing = ([] if path else ["chromium"]) + ([] if fonts else ["fonts-noto-cjk"])
    if missing:
        quiet = dict(stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        subprocess.run(["apt-get", "update"], check=True, **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "fontconfig", *missing], check=True, **quiet)
    return shutil.which("chromium") or sys.exit("chromium is not installed: apt-get install chromium")


class Browser:
    """Chromium behind a pipe: commands and events are JSON texts that end with a NUL."""

    def __init__(self, executable):
        self.profile = tempfile.mkdtemp(prefix="zhnorm-chromium-")
        there, self.write = os.pipe()
        self.read, back = os.pipe()
        # The browser reads descriptor 3 and writes descriptor 4, whatever ours are called.
        first, second = os.dup2(there, 50), os.dup2(back, 51)
        command = f'exec "$0" "$@" 3<&{first} 4>&{second}'
        self.process = subprocess.Popen(
            ["bash", "-c", command, executable, *FLAGS, f"--user-data-dir={self.profile}"],
            pass_fds=[first, second], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for descriptor in {there, back, first, second}:
            os.close(descriptor)
        self.buffer, self.turn, self.events = b"", 0, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def message(self):
        while b"\0" not in self.buffer:
            more = os.read(self.read, 1 << 20)
            if not more:
                raise RuntimeError("chromium ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.turn += 1
        request = {"id": self.turn, "method": method, "params": parameters}
        if getattr(self, "session", None):
            request["sessionId"] = self.session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.turn:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, path, size, dark=False):
        """Opens a page and gives the seconds until it is loaded and laid out."""
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                  deviceScaleFactor=1, mobile=size[0] < 500)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        begin = time.monotonic()
        self.call("Page.navigate", url="file://" + path)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message())
        self.run("document.body.getBoundingClientRect().height")
        return time.monotonic() - begin

    def run(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def key(self, key, code=None, text=None):
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13, "Escape": 27}.get(key, 0), **more)

    def picture(self, path, height=None):
        clip = {}
        if height:
            width = self.run("innerWidth")
            clip = {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}
        data = self.call("Page.captureScreenshot", format="png", **clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


# The contrast of every text that is painted, by WCAG 2: the lowest ratio and where it is.
CONTRAST = """(() => {
  const channel = (c) => { c /= 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const parse = (css) => { const n = css.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] === 1) return color;
    }
    return [255, 255, 255, 1];
  };
  let worst = [99, ''];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('script,.vh,.skip')) continue;
    const back = behind(element);
    let color = parse(getComputedStyle(element).color);
    color[3] *= Number(getComputedStyle(element).opacity);
    const [a, b] = [light(over(color, back)), light(back)];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, element.tagName + '.' + element.className + ': ' + element.textContent.slice(0, 40)];
  }
  return worst;
})()"""

# Elements that reach beyond the window's width.
OVERFLOW = """(() => {
  const wide = document.documentElement.scrollWidth > innerWidth;
  const out = [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
  return wide ? ['the page'] : out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
})()"""

HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])"
SHOWN = "[...document.querySelectorAll('#left-out li')].filter((e) => e.checkVisibility()).map((e) => e.textContent)"

passed = failed = 0


def check(what, truth, found=""):
    global passed, failed
    passed, failed = passed + bool(truth), failed + (not truth)
    print(("ok    " if truth else "FAIL  ") + what + (f": {found}" if found != "" else ""))


def quiet(browser, what):
    """Nothing was refused, nothing was asked of a network, no script failed."""
    bad = [e["params"] for e in browser.events if e.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown", "Page.javascriptDialogOpening")]
    asked = [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]
    check(f"{what}: no error, no refused script, no dialog", not bad, bad[:1] or "")
    check(f"{what}: nothing but the page itself is loaded", len(asked) == 1 and asked[0].startswith("file:"), asked if len(asked) != 1 else "")


def page_of(binary, folder, page, *more):
    done = subprocess.run([binary, "--isolated", "--check", "--to", "zh-Hans", "--report-html", page, *more, folder], capture_output=True, text=True, cwd=ROOT)
    if done.returncode not in (0, 1, 2) or not os.path.exists(page):
        sys.exit(f"zhnorm wrote no page ({done.returncode}): {done.stderr[-2000:]}")
    return page


def layout(browser, page, what, pictures):
    for name, size in (("desktop", DESKTOP), ("phone", PHONE), ("narrow", NARROW)):
        for dark in (False, True):
            look = f"{what}, {name}{', dark' if dark else ''}"
            browser.open(page, size, dark)
            browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
            outside = browser.run(OVERFLOW)
            check(f"{look}: nothing wider than the window", not outside, outside or "")
            ratio, where = browser.run(CONTRAST)
            check(f"{look}: contrast of every text at least 4.5", ratio >= 4.5, f"{ratio:.2f} {where if ratio < 4.5 else ''}")
            if pictures and name != "narrow":
                browser.open(page, size, dark)
                browser.run("document.querySelectorAll('#changed details, #left-out details').forEach((d, i) => { d.open = i % 3 == 0 })")
                browser.picture(os.path.join(pictures, f"{what}-{name}{'-dark' if dark else ''}.png"),
                                height=min(browser.run("document.body.scrollHeight"), 6000))


def seeds(browser, binary, scratch, pictures):
    page = page_of(binary, "seeds", os.path.join(scratch, "seeds.html"))
    with open(page, encoding="utf-8") as file:
        html = file.read()
    script = re.search(r"<script>(.*?)</script>", html, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    check("the policy allows the page's own script", f"'sha256-{digest}'" in html, "" if f"'sha256-{digest}'" in html else f"it must say sha256-{digest}")
    again = page_of(binary, "seeds", os.path.join(scratch, "again.html"))
    with open(again, encoding="utf-8") as file:
        check("the same run gives the same page", file.read().replace("again.html", "seeds.html") == html)

    browser.open(page, DESKTOP)
    quiet(browser, "seeds")
    check("the head tells the exact numbers", "5 files" in browser.run("document.querySelector('.lead').textContent"),
          browser.run("document.querySelector('.lead').textContent"))
    levels = browser.run(HEADINGS)
    check("one main heading, no level left out", levels.count(1) == 1 and levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels)
    check("every part of the navigation leads somewhere", browser.run("[...document.querySelectorAll('nav a')].every((a) => document.querySelector(a.hash))"))
    check("every field has a label", browser.run("[...document.querySelectorAll('input')].every((i) => i.labels.length === 1)"))
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    unnamed = [n for n in nodes if n.get("role", {}).get("value") in ("link", "button", "searchbox", "DisclosureTriangle", "table", "region", "navigation") and not n.get("name", {}).get("value")]
    check("every control, table and part has a name", not unnamed, [n["role"]["value"] for n in unnamed] or "")

    browser.open(page, DESKTOP)
    browser.key("Tab")
    check("the first stop of the keyboard skips to the numbers", browser.run("document.activeElement.className") == "skip")
    browser.run("document.querySelector('main summary').focus()")
    before = browser.run("document.querySelector('main details').open")
    browser.key("Enter", text="\r")
    check("Enter opens and closes a group", browser.run("document.querySelector('main details').open") != before)
    layout(browser, page, "seeds", pictures)


def searching(browser, page, line):
    browser.open(page, DESKTOP)
    before = browser.run(SHOWN)
    check("the search is shown when the script runs", browser.run("document.querySelector('#left-out .search').checkVisibility()"))
    browser.run("document.getElementById('search-left-out').focus()")
    browser.call("Input.insertText", text=line)
    time.sleep(0.4)
    shown = browser.run(SHOWN)
    told = browser.run("document.querySelector('#left-out [role=status]').textContent")
    check("the search shows the lines that hold the words, and only these", shown and all(line in text for text in shown), told)
    browser.key("Escape")
    time.sleep(0.2)
    check("Escape ends the search", browser.run("document.getElementById('search-left-out').value") == "" and browser.run(SHOWN) == before)
    browser.call("Input.insertText", text="no line holds this")
    time.sleep(0.4)
    check("nothing found shows nothing and says so", not browser.run(SHOWN) and "0 of" in browser.run("document.querySelector('#left-out [role=status]').textContent"))


def hostile(browser, binary, scratch):
    folder = os.path.join(scratch, "hostile")
    os.makedirs(folder)
    garbled = "環(huán)境保護(hù)是每個(gè)人的責(zé)任。"
    for number, name in enumerate(["<img src=x onerror=document.title='stolen'>.txt", "\u202egpj.txt", "a\nb.txt", '"onmouseover="1.txt', "-->.txt"]):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(f"{garbled}{HOSTILE}{number}\n\u202e{garbled}\n相关阅读\n{HOSTILE}\n{HOSTILE}二\n")
    with open(os.path.join(folder.encode(), b"\xff\xd6.txt"), "w", encoding="utf-8") as file:
        file.write(garbled + HOSTILE)
    page = page_of(binary, folder, os.path.join(scratch, "hostile.html"))
    browser.open(page, DESKTOP)
    quiet(browser, "hostile")
    browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
    check("no text of a file is obeyed", browser.run("document.title") == "zhnorm report" and browser.run("document.querySelectorAll('script').length") == 1
          and browser.run("document.querySelectorAll('img,iframe,object,embed,link,form,base').length") == 0)
    check("it is shown instead", HOSTILE[:20] in browser.run("document.querySelector('main').textContent"))
    check("no character that turns the direction reaches the page", browser.run(r"!/[\u202a-\u202e\u2066-\u2069\u0000-\u0008]/.test(document.documentElement.outerHTML)"))
    for size in (DESKTOP, PHONE):
        browser.open(page, size)
        browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
        outside = browser.run(OVERFLOW)
        check(f"hostile, {size[0]} wide: nothing wider than the window", not outside, outside or "")


def many(browser, binary, scratch, count, pictures):
    """A run over many files: the page stays small, and the search fast enough to type."""
    folder = os.path.join(scratch, "many")
    sources = []
    for path in sorted(glob.glob(os.path.join(ROOT, "seeds", "*.txt"))):
        with open(path, encoding="utf-8") as file:
            sources.append(file.read())
    for number in range(count):
        below = os.path.join(folder, f"{number // 1000:03}")
        if number % 1000 == 0:
            os.makedirs(below)
        text = sources[number % len(sources)]
        at = number * 37 % max(1, len(text) - 900)
        with open(os.path.join(below, f"{number}.txt"), "w", encoding="utf-8") as file:
            file.write(f"第{number}篇\n" + text[at:at + 900] + "\n相关阅读\n" + f"另一篇文章的标题之{number}\n")
    page = page_of(binary, folder, os.path.join(scratch, "many.html"))
    size = os.path.getsize(page)
    seconds = browser.open(page, DESKTOP)
    nodes = browser.run("document.querySelectorAll('*').length")
    check(f"{count} files: a page under 3 MB with under 60,000 elements", size < 3e6 and nodes < 60_000, f"{size / 1e6:.2f} MB, {nodes} elements, loaded and laid out in {seconds:.2f} s")
    lead = browser.run("document.querySelector('header').textContent")
    check("it says that it is a sample, with exact totals", "sample" in lead and f"{count:,} files" in lead, lead.split("(")[1][-90:])
    if browser.run("!!document.querySelector('#left-out')"):
        took = browser.run("""(() => { const field = document.getElementById('search-left-out');
            const begin = performance.now(); field.value = '标题'; field.dispatchEvent(new Event('input'));
            return new Promise((done) => setTimeout(() => { document.body.getBoundingClientRect(); done(performance.now() - begin - 81); }, 81)); })()""")
        print(f"      a search over the page takes {max(took, 0):.0f} ms")
        searching(browser, page, "标题")
    quiet(browser, f"{count} files")
    if pictures:
        browser.open(page, PHONE)
        browser.picture(os.path.join(pictures, "many-phone.png"), height=4000)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", help="the zhnorm to run; otherwise the newest build")
    options.add_argument("--files", type=int, default=2000, help="files of the large run")
    options.add_argument("--screenshots", help="a folder for pictures")
    options = options.parse_args()
    built = [p for p in (os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), kind, "zhnorm") for kind in ("release", "debug")) if os.path.exists(p)]
    binary = options.binary or max(built, key=os.path.getmtime, default=None) or sys.exit("build zhnorm first: cargo build")
    if options.screenshots:
        os.makedirs(options.screenshots, exist_ok=True)
    scratch = tempfile.mkdtemp(prefix="zhnorm-page-")
    browser = Browser(chromium())
    try:
        seeds(browser, os.path.abspath(binary), scratch, options.screenshots)
        hostile(browser, os.path.abspath(binary), scratch)
        many(browser, os.path.abspath(binary), scratch, options.files, options.screenshots)
    finally:
        browser.close()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
