#include "圖.h"
// 注解图 \
 續行圖
char *s = "图" "书\n"; /* 图 */ int c = L'图';
