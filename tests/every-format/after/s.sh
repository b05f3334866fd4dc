#!/bin/bash
# 注解图
echo "图 $變數 ${圖} $(echo 圖)" '单图' # 尾注图
cat <<EOF
文件圖 # 不是註解圖
EOF
x=${a#圖}
