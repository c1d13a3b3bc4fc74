/* Moments in time, read by a subset of strptime's formats; always UTC unless the text has an offset. */
#ifndef DATA_TIMESTAMP_H
#define DATA_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The directive of `format` that is not one of %Y %m %d %H %M %S %f %z %y %b %j %%, or '\0' where all are ("%" alone at
 * the end: '%'). */
char timestamp_format_check(const char *format);

/* Seconds since 1970-01-01T00:00:00Z. False where the text does not fit the format or names no day of the calendar. */
bool timestamp_parse(const char *format, const char *text, size_t length, double *out_seconds);

/* A moment of the calendar, UTC. */
typedef struct CalendarMoment {
    int64_t year, month, day;      /* from 1 */
    int64_t hour, minute;
    double second;
    int64_t day_of_year;           /* from 1 */
    int64_t weekday;               /* Monday is 0 */
} CalendarMoment;

void timestamp_split(double seconds, CalendarMoment *out);
/* Year to second as seconds since 1970. False where they name no moment of the calendar. */
bool timestamp_join(const CalendarMoment *moment, double *out_seconds);

#endif
