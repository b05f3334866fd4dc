#!/usr/bin/env python3
"""Opens docs/play/ in headless Chromium from a plain file server and does what a visitor does.

    python3 tests/browser/play_page.py [--screenshots DIR]

Needs the module that `.ci/play` builds. Closes with one line, `N passed, N failed`.
"""

import argparse
import functools
import http.server
import json
import os
import sys
import threading
import time

import report_page
from report_page import CONTRAST, DESKTOP, OVERFLOW, PHONE, ROOT, Browser, check, chromium

GARBLED = "環(huán)境保護(hù)是每個(gè)人的責(zé)任，發(fā)展也是。"

TYPE = """(() => {
    const input = document.getElementById('input');
    input.value = %s;
    input.dispatchEvent(new Event('input'));
})()"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """A plain file server that does not talk."""

    def log_message(self, *_):
        pass


def wait(browser, condition, seconds=60):
    """Waits for a condition of the page."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if browser.run(condition):
            return True
        time.sleep(0.05)
    return False


def choose(browser, **values):
    """Chooses values in lists, by their elements."""
    for element, value in values.items():
        browser.run(f"(() => {{ const e = document.getElementById({json.dumps(element)}); e.value = {json.dumps(value)};"
                    " e.dispatchEvent(new Event('change', {bubbles: true})); })()")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--screenshots")
    arguments = arguments.parse_args()
    handler = functools.partial(Handler, directory=os.path.join(ROOT, "docs"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    browser = Browser(chromium())
    try:
        for size in (DESKTOP, PHONE):
            name = "desktop" if size == DESKTOP else "phone"
            browser.events.clear()
            browser.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1],
                         deviceScaleFactor=1, mobile=size[0] < 500)
            begin = time.monotonic()
            browser.call("Page.navigate", url=f"{address}/play/index.html")
            check(f"{name}: the module loads", wait(browser, "document.body?.dataset.ready === 'yes'"))
            print(f"      {time.monotonic() - begin:.2f} s")
            typed = json.dumps(GARBLED)
            browser.run(TYPE % typed)
            shown = "document.getElementById('output').textContent"
            want = "环境保护是每个人的责任，发展也是。"
            check(f"{name}: a garbled text is repaired", wait(browser, f"{shown} === {json.dumps(want)}", 10), browser.run(shown))
            rows = "[...document.querySelectorAll('#changes tr')].map((r) => [...r.cells].map((c) => c.textContent))"
            changes = browser.run(rows)
            check(f"{name}: each change is named", ["repair", "pinyin.annotation"] in [row[:2] for row in changes], len(changes))
            marked = browser.run("[...document.querySelectorAll('#output mark')].map((m) => m.textContent).join('')")
            check(f"{name}: and marked", "环" in marked, marked)
            choose(browser, example="page")
            gone = "[...document.querySelectorAll('#output del')].map((m) => m.textContent)"
            check(f"{name}: what is left out is struck through", "相關閱讀" in browser.run(gone), browser.run(gone))
            check(f"{name}: the article stays", "昨天下了雪，路上的车开得很慢。" in browser.run(shown))
            check(f"{name}: nothing beyond the window", not browser.run(OVERFLOW), browser.run(OVERFLOW))
            ratio, where = browser.run(CONTRAST)
            check(f"{name}: contrast", ratio >= 4.5, f"{ratio:.1f} {where}")
            if arguments.screenshots:
                browser.picture(os.path.join(arguments.screenshots, f"play-{name}.png"), 1100)
            browser.run("document.getElementById('strip').click()")
            check(f"{name}: a stage can be switched off", "相关阅读" in browser.run(shown))
            choose(browser, to="zh-TW", spelling="tw-official")
            browser.run(TYPE % json.dumps("台灣占領"))
            check(f"{name}: the spelling of a region's offices", wait(browser, f"{shown} === '臺灣占領'", 10), browser.run(shown))
            choose(browser, spelling="tw-common")
            check(f"{name}: and that of its press", browser.run(shown) == "台灣佔領", browser.run(shown))
            choose(browser, to="zh-Hans", spelling="")
            bad = [e["params"] for e in browser.events if e.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")]
            bad = [entry for entry in bad if "favicon" not in json.dumps(entry)]
            check(f"{name}: no error", not bad, bad[:1] or "")
            asked = {e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"}
            own = {f"{address}/play/{file}" for file in ("index.html", "play.css", "play.js", "zhnorm.wasm")}
            check(f"{name}: nothing is sent or loaded from elsewhere", asked - {f"{address}/favicon.ico"} == own, sorted(asked - own) or "")
        # A file in another encoding, as it is dropped.
        seeds = sorted(os.path.join(ROOT, "seeds", name) for name in os.listdir(os.path.join(ROOT, "seeds")))
        browser.run("for (const box of ['repair', 'strip', 'convert']) { if (!document.getElementById(box).checked) document.getElementById(box).click(); }")
        for seed in [path for path in seeds if path.endswith(".txt")]:
            document = browser.call("DOM.getDocument")["root"]["nodeId"]
            field = browser.call("DOM.querySelector", nodeId=document, selector="#file")["nodeId"]
            browser.run("document.getElementById('status').textContent = ''")
            browser.call("DOM.setFileInputFiles", nodeId=field, files=[seed])
            wait(browser, "document.getElementById('status').textContent !== ''", 20)
            status = browser.run("document.getElementById('status').textContent")
            got = browser.run("window.getSelection && [...document.getElementById('output').childNodes].filter((n) => n.nodeName !== 'DEL').map((n) => n.textContent).join('')")
            name = os.path.basename(seed)[:-4]
            with open(os.path.join(ROOT, "fixtures", "seeds", f"{name}.zh-Hans.txt"), encoding="utf-8") as file:
                want = file.read()
            same = [line for line in got.split("\n") if line] == [line for line in want.split("\n") if line]
            check(f"{name}: as the command writes it", same, status)
    finally:
        browser.close()
        server.shutdown()
    print(f"{report_page.passed} passed, {report_page.failed} failed")
    return 1 if report_page.failed else 0


if __name__ == "__main__":
    sys.exit(main())
