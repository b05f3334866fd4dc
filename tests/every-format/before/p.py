#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""模組說明圖"""
圖 = f"圖 {變數['圖']!r:>{寬}} 書 {{圖}}"  # 註解圖
r = r'圖\d' + b'x'.decode() + u"圖" + rb"a".decode()
s = '''多行圖
# 不是註解圖
'''
def 函數(圖=1): return 圖  # 頭髮
t = "\u5716 \N{DIGIT ONE} 圖"
