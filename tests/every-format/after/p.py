#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""模组说明图"""
圖 = f"图 {變數['圖']!r:>{寬}} 书 {{图}}"  # 注解图
r = r'图\d' + b'x'.decode() + u"图" + rb"a".decode()
s = '''多行图
# 不是注解图
'''
def 函數(圖=1): return 圖  # 头发
t = "\u56fe \N{DIGIT ONE} 图"
