/** 文件图 {@link 图} */
class 圖 { String s = "图\"书"; char c = '图'; String t = """
  文字块图
  """; } // 图
