# What does one task cost in R survey? As estimation_child.py measures it: CPU and wall seconds, peak MB above the rows.
# Rscript estimation_rivals.R TASK ROWS_FOLDER RESULT N
suppressPackageStartupMessages(library(survey))

arguments <- commandArgs(trailingOnly = TRUE)
task <- arguments[1]; folder <- arguments[2]; result <- arguments[3]; n <- as.integer(arguments[4])
items <- paste0("q", 1:22)
bytes <- c(stratum = 2, psu = 4, domain = 2, district = 1, sex = 1, age = 1, setNames(rep(1, 22), items))

read <- function(name, what, size) readBin(file.path(folder, name), what, n, size, signed = TRUE)
rows <- as.data.frame(lapply(setNames(names(bytes), names(bytes)), function(name) read(name, "integer", bytes[[name]])))
rows$w <- read("w", "double", 8)
for (item in items) rows[[item]][rows[[item]] < 0] <- NA
targets <- function(name) {
  text <- paste(readLines(file.path(folder, "margins.json"), warn = FALSE), collapse = "")
  levels <- sub(paste0('.*"', name, '": \\[([^]]*)\\].*'), "\\1", text)
  totals <- as.numeric(strsplit(levels, ",")[[1]])
  setNames(data.frame(seq_along(totals) - 1, totals), c(name, "Freq"))
}
margins <- lapply(c("sex", "age", "district"), targets)

design <- function(frame) svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = frame)
top_boxes <- function(frame) {
  for (item in items) frame[[item]] <- as.integer(frame[[item]] >= 3)
  frame
}
of <- function(item) as.formula(paste0("~", item))

tasks <- list(
  a = function() {
    raked <- rake(design(rows), list(~sex, ~age, ~district), margins, control = list(maxit = 1000, epsilon = 1e-10))
    list(weights(raked), numeric(0))
  },
  b = function() {
    made <- design(top_boxes(rows))
    found <- lapply(items, function(item) svymean(of(item), made, na.rm = TRUE))
    lapply(found, confint, df = degf(made))
    list(sapply(found, coef), sapply(found, SE))
  },
  c = function() {
    made <- design(top_boxes(rows))
    found <- lapply(items, function(item) svyby(of(item), ~domain, made, svymean, na.rm = TRUE))
    lapply(found, confint, df = degf(made))
    list(c(t(sapply(found, coef))), c(t(sapply(found, SE))))
  },
  d = function() {
    set.seed(1)
    frame <- rows
    frame$hits <- rowSums(frame[items] >= 3, na.rm = TRUE)
    frame$answered <- rowSums(!is.na(frame[items]))
    made <- as.svrepdesign(design(frame), type = "subbootstrap", replicates = 500)
    found <- svyratio(~hits, ~answered, made)
    list(c(coef(found)), c(SE(found)))
  }
)

held <- function(name) {
  line <- grep(paste0("^", name, ":"), readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}
invisible(gc())
cat("5", file = "/proc/self/clear_refs")
before <- held("VmRSS")
start <- proc.time()
found <- tasks[[task]]()
taken <- proc.time() - start
cat(sprintf('{"cpu": %.6f, "wall": %.6f, "peak": %.3f, "using": "survey %s"}\n',
            taken[["user.self"]] + taken[["sys.self"]], taken[["elapsed"]], max(held("VmHWM") - before, 0),
            packageDescription("survey")$Version))
writeBin(as.numeric(c(length(found[[2]]), found[[1]], found[[2]])), result)
