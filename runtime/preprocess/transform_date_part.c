/* date_part: one part of a moment as a number; Monday is 0, the first day of the year 1, the weekend 1. Times are UTC,
 * as the column was read. */
#include "preprocess/transform.h"

#include "data/timestamp.h"

static double find_part(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    CalendarMoment moment;
    (void)fit, (void)good;
    timestamp_split(value, &moment);
    switch ((LrtDatePart)step->option[0]) {
    case LRT_DATE_YEAR: return (double)moment.year;
    case LRT_DATE_MONTH: return (double)moment.month;
    case LRT_DATE_DAY: return (double)moment.day;
    case LRT_DATE_WEEKDAY: return (double)moment.weekday;
    case LRT_DATE_DAY_OF_YEAR: return (double)moment.day_of_year;
    case LRT_DATE_HOUR: return (double)moment.hour;
    case LRT_DATE_MINUTE: return (double)moment.minute;
    case LRT_DATE_WEEKEND: break;
    }
    return moment.weekday >= 5 ? 1 : 0;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, find_part, NULL, NULL);
}

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const words[] = {
#define DATE_PART(id, word, period) [LRT_DATE_##id] = word,
#include "lrt/date_parts.def"
#undef DATE_PART
    };
    *out = (TransformText){.how = words[step->option[0]]};
}

const TransformEntry transform_date_part = {.word = "date_parts", .apply = apply, .describe = describe};
