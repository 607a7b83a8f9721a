/* muster/report.h - answers written down: sheets, findings, plans, measures, pages. */
#ifndef MUSTER_REPORT_H
#define MUSTER_REPORT_H

#include "muster/report/sheet.h"

#endif
