/** 文件圖 {@link 圖} */
class 圖 { String s = "圖\"書"; char c = '圖'; String t = """
  文字塊圖
  """; } // 圖
