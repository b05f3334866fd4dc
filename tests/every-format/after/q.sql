-- 注解图
/* 区块图 */
CREATE TABLE `圖` ("名" TEXT DEFAULT '图''书', [欄圖] INT);
INSERT INTO 圖 VALUES ('头发\'图', N'图', "图", $$圖$$);
