package 圖
// 注解图
var s = `原图 \n` + "图\n" + string('图') /* 图 */
