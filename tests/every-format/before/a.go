package 圖
// 註解圖
var s = `原圖 \n` + "圖\n" + string('圖') /* 圖 */
