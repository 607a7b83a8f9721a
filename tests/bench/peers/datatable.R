# The same flags by data.table: Rscript datatable.R DATA OUT.csv AS_OF THREADS [STORE.rds]
# With OUT.csv "import" the marks become a file of R's own, factors and not compressed; with STORE.rds the flags come from it.
suppressMessages(library(data.table))
a <- commandArgs(TRUE); data <- a[1]; asof <- as.Date(a[3]); setDTthreads(as.integer(a[4])); store <- a[5]
read_marks <- function() fread(file.path(data, "marks.csv"), colClasses = "character", quote = "")
if (a[2] == "import") { saveRDS(read_marks()[, lapply(.SD, factor)], store, compress = FALSE); quit("no") }
calendar <- fread(file.path(data, "calendar.csv"), colClasses = "character")[kind == "open"]
calendar[, day := as.Date(date)]; calendar <- calendar[day <= asof]
setkey(calendar, school_id, day)
calendar[, monday := day - (as.integer(day) + 3L) %% 7L]
calendar[, week := frank(monday, ties.method = "dense"), by = school_id][, last := max(week), by = school_id]
terms <- fread(file.path(data, "terms.csv"), colClasses = "character"); half <- max(as.Date(terms$start)[as.Date(terms$start) <= asof])
pupils <- fread(file.path(data, "pupils.csv"), colClasses = "character", select = c("pupil_id", "school_id"))
class <- data.table(code = c(strsplit("/ \\ L B P V W K", " ")[[1]], strsplit("G N O U", " ")[[1]], strsplit("C C1 C2 J1 M S T R I E", " ")[[1]], strsplit("D X Q Z # Y1 Y2 Y3 Y4 Y5 Y6 Y7", " ")[[1]]),
                    possible = rep(c(1L, 1L, 1L, 0L), c(8, 4, 10, 12)), absent = rep(c(0L, 1L, 1L, 0L), c(8, 4, 10, 12)), un = rep(c(0L, 1L, 0L, 0L), c(8, 4, 10, 12)))
m <- if (is.na(store)) read_marks() else readRDS(store)
place_of <- function(column, table) if (is.factor(column)) chmatch(levels(column), table)[as.integer(column)] else chmatch(column, table)
pid <- place_of(m$pupil_id, pupils$pupil_id); ci <- place_of(m$code, class$code)
calendar[, key := paste(school_id, date)]
schools <- unique(calendar$school_id); dates <- unique(calendar$date)
place <- matrix(NA_integer_, length(schools), length(dates)); place[cbind(match(calendar$school_id, schools), match(calendar$date, dates))] <- seq_len(nrow(calendar))
di <- place[cbind(match(pupils$school_id, schools)[pid], place_of(m$date, dates))]
m <- m[, .(pid, t = 2L * as.integer(calendar$day)[di] + (session == "PM"), week = calendar$week[di], recent10 = calendar$week[di] > calendar$last[di] - 10L, recent12 = calendar$week[di] > calendar$last[di] - 12L,
           ends = (as.integer(calendar$day)[di] + 3L) %% 7L %in% c(0L, 4L), half = calendar$day[di] >= half, possible = class$possible[ci], absent = class$absent[ci], un = class$un[ci])][!is.na(t)]
setkey(m, pid, t)
w <- m[, .(possible = sum(possible), absent = sum(absent), un = sum(un * recent10), a12 = sum(absent * recent12), mf = sum(absent * recent12 * ends), half = half[1]), keyby = .(pid, week)]
r <- w[, .(possible = sum(possible), absent = sum(absent), un = sum(un), a12 = sum(a12), mf = sum(mf), broken = sum(half & absent > 0L & absent < possible)), keyby = pid]
p <- m[possible == 1L, .(pid, absent)]
p[, after := rev(cumsum(rev(1L - absent))), by = pid]
run <- p[after == 0L, .(run = .N), keyby = pid]
r[run, run := i.run, on = "pid"][is.na(run), run := 0L]
r[, pupil_id := pupils$pupil_id[pid]]
fwrite(r[order(pupil_id), .(pupil_id, persistent = as.integer(possible >= 20L & 10L * absent >= possible & 2L * absent < possible), severe = as.integer(possible >= 20L & 2L * absent >= possible), unauthorised = as.integer(un >= 10L), broken = as.integer(broken >= 2L),
                            long = as.integer(run >= 10L), ends = as.integer(mf >= 8L & mf >= 0.75 * a12))], a[2])
