/* strptime of the C library depends on the locale and is not the same everywhere, so here is our own. Days are counted
 * in the proleptic Gregorian calendar (Hinnant 2013, "chrono-compatible low-level date algorithms"). */
#include "data/timestamp.h"

#include <stdint.h>
#include <math.h>
#include <string.h>
#include <strings.h>

typedef struct Moment {
    int64_t year, month, day, day_of_year, hour, minute, second; /* day_of_year 0: month and day are given */
    double fraction;
    int64_t offset; /* seconds that the local time is ahead of UTC */
} Moment;

typedef struct Cursor {
    const char *at, *end;
} Cursor;

char timestamp_format_check(const char *format) {
    for (const char *at = strchr(format, '%'); at; at = strchr(at + 2, '%')) {
        if (!at[1] || !strchr("YmdHMSfzybj%", at[1])) {
            return at[1] ? at[1] : '%';
        }
    }
    return '\0';
}

static bool is_digit(const Cursor *cursor) {
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

/* A number of `least` to `most` digits within low..high. */
static bool take_number(Cursor *cursor, int least, int most, int64_t low, int64_t high, int64_t *out) {
    int digits = 0;
    int64_t value = 0;
    for (; digits < most && is_digit(cursor); digits++) {
        value = value * 10 + (*cursor->at++ - '0');
    }
    *out = value;
    return digits >= least && value >= low && value <= high;
}

static bool take_fraction(Cursor *cursor, double *out) {
    enum { NANOSECOND_DIGITS = 9 };
    double unit = 1;
    int64_t value = 0;
    int digits = 0;
    for (; digits < NANOSECOND_DIGITS && is_digit(cursor); digits++) {
        value = value * 10 + (*cursor->at++ - '0');
        unit *= 10;
    }
    *out = (double)value / unit;
    return digits > 0;
}

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

/* English names, whole or their first three letters. */
static bool take_month_name(Cursor *cursor, int64_t *out) {
    size_t left = (size_t)(cursor->end - cursor->at);
    for (int64_t i = 0; i < 12; i++) {
        size_t whole = strlen(months[i]);
        size_t length = left >= whole && strncasecmp(cursor->at, months[i], whole) == 0 ? whole : 3;
        if (left >= length && strncasecmp(cursor->at, months[i], length) == 0) {
            cursor->at += length;
            *out = i + 1;
            return true;
        }
    }
    return false;
}

/* Z, +hh, +hhmm or +hh:mm. */
static bool take_offset(Cursor *cursor, int64_t *out) {
    if (cursor->at == cursor->end) {
        return false;
    }
    char sign = *cursor->at++;
    *out = 0;
    if (sign == 'Z' || sign == 'z') {
        return true;
    }
    int64_t hours, minutes = 0;
    if ((sign != '+' && sign != '-') || !take_number(cursor, 2, 2, 0, 24, &hours)) {
        return false;
    }
    bool colon = cursor->at < cursor->end && *cursor->at == ':';
    cursor->at += colon;
    if ((colon || is_digit(cursor)) && !take_number(cursor, 2, 2, 0, 59, &minutes)) {
        return false;
    }
    *out = (sign == '-' ? -60 : 60) * (60 * hours + minutes);
    return true;
}

static bool take_directive(Cursor *cursor, char directive, Moment *moment) {
    switch (directive) {
    case 'Y': return take_number(cursor, 4, 4, 0, 9999, &moment->year);
    case 'y':
        if (!take_number(cursor, 2, 2, 0, 99, &moment->year)) {
            return false;
        }
        moment->year += moment->year < 69 ? 2000 : 1900; /* as POSIX has it */
        return true;
    case 'm': return take_number(cursor, 1, 2, 1, 12, &moment->month);
    case 'b': return take_month_name(cursor, &moment->month);
    case 'd': return take_number(cursor, 1, 2, 1, 31, &moment->day);
    case 'j': return take_number(cursor, 1, 3, 1, 366, &moment->day_of_year);
    case 'H': return take_number(cursor, 1, 2, 0, 23, &moment->hour);
    case 'M': return take_number(cursor, 1, 2, 0, 59, &moment->minute);
    case 'S': return take_number(cursor, 1, 2, 0, 60, &moment->second); /* 60: a leap second */
    case 'f': return take_fraction(cursor, &moment->fraction);
    case 'z': return take_offset(cursor, &moment->offset);
    default: return cursor->at < cursor->end && *cursor->at++ == directive;
    }
}

static bool is_leap_year(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int64_t days_of_month(int64_t year, int64_t month) {
    if (month == 2) {
        return is_leap_year(year) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Days since 1970-01-01; years are counted from March, so that the leap day is the last. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400, year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static bool is_blank(char character) { return character == ' ' || character == '\t'; }

static bool match_format(const char *format, Cursor *cursor, Moment *moment) {
    for (const char *at = format; *at; at++) {
        if (is_blank(*at)) {
            while (cursor->at < cursor->end && is_blank(*cursor->at)) {
                cursor->at++;
            }
        } else if (*at == '%') {
            if (!*++at || !take_directive(cursor, *at, moment)) {
                return false;
            }
        } else if (cursor->at == cursor->end || *cursor->at++ != *at) {
            return false;
        }
    }
    return cursor->at == cursor->end;
}

bool timestamp_parse(const char *format, const char *text, size_t length, double *out_seconds) {
    Cursor cursor = {text, text + length};
    Moment moment = {.year = 1970, .month = 1, .day = 1};
    if (!match_format(format, &cursor, &moment)) {
        return false;
    }
    int64_t days;
    if (moment.day_of_year > 0) {
        if (moment.day_of_year == 366 && !is_leap_year(moment.year)) {
            return false;
        }
        days = days_since_1970(moment.year, 1, 1) + moment.day_of_year - 1;
    } else {
        if (moment.day > days_of_month(moment.year, moment.month)) {
            return false;
        }
        days = days_since_1970(moment.year, moment.month, moment.day);
    }
    int64_t seconds = days * 86400 + moment.hour * 3600 + moment.minute * 60 + moment.second - moment.offset;
    *out_seconds = (double)seconds + moment.fraction;
    return true;
}

/* days_since_1970 turned around. */
static void split_days(int64_t days, CalendarMoment *out) {
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    out->day = day_of_year - (153 * month + 2) / 5 + 1;
    out->month = month < 10 ? month + 3 : month - 9;
    out->year = year_of_era + era * 400 + (out->month <= 2);
    out->day_of_year = days - days_since_1970(out->year, 1, 1) + 1;
    out->weekday = ((days + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

void timestamp_split(double seconds, CalendarMoment *out) {
    double day = floor(seconds / 86400), rest = seconds - day * 86400;
    split_days((int64_t)day, out);
    out->hour = (int64_t)(rest / 3600);
    out->minute = (int64_t)(rest / 60) % 60;
    out->second = rest - (double)(out->hour * 3600 + out->minute * 60);
}

bool timestamp_join(const CalendarMoment *moment, double *out_seconds) {
    if (moment->year < 0 || moment->year > 9999 || moment->month < 1 || moment->month > 12 || moment->day < 1 ||
        moment->day > days_of_month(moment->year, moment->month) || moment->hour < 0 || moment->hour > 23 ||
        moment->minute < 0 || moment->minute > 59 || !(moment->second >= 0 && moment->second < 61)) {
        return false;
    }
    int64_t days = days_since_1970(moment->year, moment->month, moment->day);
    *out_seconds = (double)(days * 86400 + moment->hour * 3600 + moment->minute * 60) + moment->second;
    return true;
}
