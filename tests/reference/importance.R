# Where the numbers of tests/analysis/estimation/test_importance.py come from: R² divided by averaging over all orders
# (LMG) and by Johnson's relative weights, in base R, and their errors under a design from R's survey package.
# Run in this folder: Rscript importance.R > importance.json   (R 4.2.2, survey 4.1-1)
# swiss and mtcars are R's own data sets (Mosteller & Tukey 1977; Henderson & Velleman 1981). The parts of swiss agree
# with Grömping (2006), Journal of Statistical Software 17(1), and of mtcars with the page «Regression methods» of the package rwa (0.2096904, …).
suppressMessages(library(survey))

orders <- function(v) {
  if (length(v) == 1) return(list(v))
  do.call(c, lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(rest) c(v[i], rest))))
}

lmg <- function(data, y, x, w) {
  known <- new.env()
  r2 <- function(set) {
    if (length(set) == 0) return(0)
    key <- paste(sort(set), collapse = "|")
    if (is.null(known[[key]])) {
      fit <- lm.wfit(cbind(1, as.matrix(data[sort(set)])), data[[y]], w)
      centred <- data[[y]] - weighted.mean(data[[y]], w)
      known[[key]] <- 1 - sum(w * fit$residuals^2) / sum(w * centred^2)
    }
    known[[key]]
  }
  all <- orders(x)
  found <- setNames(numeric(length(x)), x)
  for (o in all) for (i in seq_along(o)) found[o[i]] <- found[o[i]] + r2(o[seq_len(i)]) - r2(o[seq_len(i - 1)])
  found / length(all)
}

johnson <- function(data, y, x, w) {
  r <- cov.wt(data[c(y, x)], wt = w / sum(w), cor = TRUE)$cor
  e <- eigen(r[x, x])
  lambda <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  setNames(as.vector(lambda^2 %*% (solve(lambda) %*% r[x, y])^2), x)
}

with_r2 <- function(parts) c(parts, r2 = sum(parts))

errors <- function(design, replicates, y, x, divide) {
  used <- complete.cases(design$variables[c(y, x)])
  data <- design$variables[used, ]
  theta <- function(w) with_r2(divide(data, y, x, w[used]))
  w <- weights(design)
  # The influence value of a row: how the number moves with its weight, by central differences.
  slopes <- t(sapply(seq_along(w), function(i) {
    h <- w[i] * 1e-4
    up <- down <- w
    up[i] <- w[i] + h
    down[i] <- w[i] - h
    if (used[i]) (theta(up) - theta(down)) / (2 * h) else theta(w) * 0
  }))
  linearised <- apply(slopes, 2, function(z) {
    design$variables$z <- z
    as.numeric(SE(svytotal(~z, design)))
  })
  replicated <- withReplicates(replicates, function(w, rows) theta(w))
  list(value = theta(w), linearised = linearised, replicated = as.numeric(SE(replicated)))
}

json <- function(value) {
  if (is.list(value)) {
    paste0("{", paste0('"', names(value), '": ', sapply(value, json), collapse = ", "), "}")
  } else if (length(value) > 1) {
    paste0("[", paste(sprintf("%.13g", value), collapse = ", "), "]")
  } else {
    sprintf("%.13g", value)
  }
}

people <- read.csv("citizen395_a.csv")
sp <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = people)
jkn <- as.svrepdesign(sp, type = "JKn")
of_people <- c("q1", "q4", "q9", "wait_days")
of_swiss <- names(swiss)[-1]
of_cars <- c("cyl", "disp", "hp", "wt")
uneven <- 1 + (1:47 %% 3)
cat(json(list(
  swiss = as.list(swiss),
  mtcars = as.list(mtcars[c("mpg", of_cars)]),
  parts = list(
    swiss = list(lmg = lmg(swiss, "Fertility", of_swiss, rep(1, 47)), johnson = johnson(swiss, "Fertility", of_swiss, rep(1, 47))),
    swiss_weighted = list(lmg = lmg(swiss, "Fertility", of_swiss, uneven), johnson = johnson(swiss, "Fertility", of_swiss, uneven)),
    mtcars = list(lmg = lmg(mtcars, "mpg", of_cars, rep(1, 32)), johnson = johnson(mtcars, "mpg", of_cars, rep(1, 32)))
  ),
  survey = list(lmg = errors(sp, jkn, "score", of_people, lmg), johnson = errors(sp, jkn, "score", of_people, johnson))
)), "\n")
