# The same estimates in R, from the panel that impact_bench wrote: base R, and sandwich or fixest where they are
# installed. One line each: what, estimate, standard error, 95% quantile of |t*|, processor seconds.
arguments <- commandArgs(TRUE)
file <- file(arguments[1], "rb")
n <- readBin(file, "double", 1)
y <- readBin(file, "double", n); treated <- readBin(file, "double", n)
unit <- readBin(file, "integer", n); time <- readBin(file, "integer", n); school <- readBin(file, "integer", n)
close(file)
weeks <- max(time) + 1
say <- function(what, estimate, error, quantile, seconds)
  cat(sprintf("%s,%s,%s,%s,%.4f\n", what, format(estimate, digits = 17), format(error, digits = 17), quantile, seconds))
timed <- function(code) { began <- proc.time(); value <- code; list(value = value, seconds = sum((proc.time() - began)[1:2])) }

# Rows stand by pupil, then week, and none is missing: means by column and row take both effects out.
within <- function(x) { m <- matrix(x, weeks); as.vector(sweep(sweep(m, 2, colMeans(m)), 1, rowMeans(m)) + mean(m)) }
regression <- function() {
  d <- within(treated); e <- lm.fit(cbind(d), within(y))
  clusters <- length(unique(school)); k <- 1 + weeks # pupils are nested in schools and do not count
  score <- rowsum(d * e$residuals, school)
  error <- sqrt(sum(score^2)) / sum(d^2) * sqrt(clusters / (clusters - 1) * (n - 1) / (n - k))
  list(beta = unname(e$coefficients), error = error, d = d)
}
fit <- timed(regression())
say("twfe", fit$value$beta, fit$value$error, "", fit$seconds)

# Wild cluster bootstrap, null imposed: Rademacher, every draw the regression of the new outcome by cluster sums.
wild <- function(draws) {
  r <- regression(); d <- r$d; e <- within(y) # restricted residuals under no effect
  clusters <- length(unique(school)); q <- drop(rowsum(d^2, school)); a <- drop(rowsum(d * e, school))
  by_week <- function(x) t(rowsum(matrix(x, weeks, byrow = FALSE) |> t(), school[seq(1, n, weeks)]))
  u <- by_week(e); x <- by_week(d); pupils <- n / weeks
  # scores of a cluster: v a - q b* - sum over weeks of d times the mean of the drawn residuals in that week
  v <- matrix(sample(c(-1, 1), clusters * draws, TRUE), clusters)
  b <- drop(a %*% v) / sum(q)
  score <- v * a - outer(q, b) - crossprod(x, u %*% v) / pupils
  factor <- clusters / (clusters - 1) * (n - 1) / (n - 1 - weeks)
  t <- abs(b) * sum(q) / sqrt(colSums(score^2) * factor)
  list(beta = r$beta, error = r$error, quantile = unname(quantile(t, 0.95)))
}
set.seed(1)
fit <- timed(wild(999))
say("wcr", fit$value$beta, fit$value$error, sprintf("%.6g", fit$value$quantile), fit$seconds)

if (requireNamespace("sandwich", quietly = TRUE)) {
  cr1 <- function() {
    model <- lm(y ~ 0 + d, data.frame(y = within(y), d = within(treated)))
    v <- sandwich::vcovCL(model, cluster = school, type = "HC1", cadjust = TRUE)
    list(beta = unname(coef(model)), error = sqrt(v[1, 1] * (n - 1) / (n - 1 - weeks))) # its K is 1, ours counts weeks
  }
  fit <- timed(cr1())
  say(paste0("twfe by sandwich ", packageVersion("sandwich")), fit$value$beta, fit$value$error, "", fit$seconds)
} else message("sandwich is not installed: not run")
if (requireNamespace("fixest", quietly = TRUE)) {
  data <- data.frame(y, treated, unit, time, school)
  fit <- timed(fixest::feols(y ~ treated | unit + time, data, cluster = ~school, notes = FALSE, nthreads = 1))
  say(paste0("twfe by fixest ", packageVersion("fixest")), coef(fit$value), fixest::se(fit$value), "", fit$seconds)
} else message("fixest is not installed: not run")
if (!requireNamespace("fwildclusterboot", quietly = TRUE)) message("fwildclusterboot is not installed: not run")
message(R.version.string)
