"""Times the reference: for each line "CONFIG whole|pieces" the seconds its thread computed."""

import sys
import time

import opencc

hans, hant = (open(path, encoding="utf-8").read() for path in sys.argv[1:])


def pieces(text, most):
    data = text.encode("utf-8")
    found, at = [], 0
    while at + 2048 < min(len(data), most):
        end = at + 2048
        while data[end] & 0xC0 == 0x80:
            end += 1
        found.append(data[at:end].decode("utf-8"))
        at = end
    return found


cut = {"s": pieces(hans, 4_000_000), "t": pieces(hant, 4_000_000)}
converters = {}
for line in sys.stdin:
    config, what = line.split()
    converter = converters.setdefault(config, opencc.OpenCC(config))
    if what == "whole":
        texts = [hans if config[0] == "s" else hant]
    else:
        texts = cut[config[0]]
    begin = time.thread_time()
    for text in texts:
        converter.convert(text)
    print(time.thread_time() - begin, flush=True)
