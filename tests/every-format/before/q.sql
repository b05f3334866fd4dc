-- 註解圖
/* 區塊圖 */
CREATE TABLE `圖` ("名" TEXT DEFAULT '圖''書', [欄圖] INT);
INSERT INTO 圖 VALUES ('頭髮\'圖', N'圖', "圖", $$圖$$);
