# The same by data.table: Rscript datatable_simple.R DATA OUT.csv AS_OF THREADS
suppressMessages(library(data.table))
a <- commandArgs(TRUE); setDTthreads(as.integer(a[4]))
class <- data.table(code = c(strsplit("/ \\ L B P V W K", " ")[[1]], strsplit("G N O U C C1 C2 J1 M S T R I E", " ")[[1]], strsplit("D X Q Z # Y1 Y2 Y3 Y4 Y5 Y6 Y7", " ")[[1]]),
                    possible = rep(c(1L, 1L, 0L), c(8, 14, 12)), absent = rep(c(0L, 1L, 0L), c(8, 14, 12)))
m <- fread(file.path(a[1], "marks.csv"), quote = "", select = c("pupil_id", "date", "code"), colClasses = "character")[date <= a[3]]
i <- chmatch(m$code, class$code); m[, `:=`(possible = class$possible[i], absent = class$absent[i])]
r <- m[, .(possible = sum(possible), absent = sum(absent)), keyby = pupil_id]
fwrite(r[, persistent := as.integer(10L * absent >= possible & possible > 0L)], a[2])
