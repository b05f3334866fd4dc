#!/bin/bash
# 註解圖
echo "圖 $變數 ${圖} $(echo 圖)" '單圖' # 尾註圖
cat <<EOF
文件圖 # 不是註解圖
EOF
x=${a#圖}
