#include "圖.h"
// 註解圖 \
 續行圖
char *s = "圖" "書\n"; /* 圖 */ int c = L'圖';
