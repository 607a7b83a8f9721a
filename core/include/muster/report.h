/* muster/report.h - answers written down: sheets, findings, plans, measures, pages. */
#ifndef MUSTER_REPORT_H
#define MUSTER_REPORT_H

#include "muster/report/backtest.h"
#include "muster/report/explain.h"
#include "muster/report/findings.h"
#include "muster/report/page.h"
#include "muster/report/pictures.h"
#include "muster/report/record.h"
#include "muster/report/sheet.h"
#include "muster/report/study.h"
#include "muster/report/tests.h"

#endif
