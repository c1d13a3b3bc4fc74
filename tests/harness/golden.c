/* Golden texts, compared and blessed. */
#include "harness/golden.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_blessing;

void golden_begin(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--bless") == 0) is_blessing = true;
}

static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *copy = open_memstream(&text, &size);
    for (int c; (c = fgetc(file)) != EOF;) fputc(c, copy);
    fclose(copy);
    fclose(file);
    return text;
}

/* Number of the first line (from 1) in which the two differ, and where it begins in each. */
static int first_difference(const char *left, const char *right, const char **out_left, const char **out_right) {
    int line = 1;
    *out_left = left;
    *out_right = right;
    for (; *left == *right && *left != '\0'; left++, right++)
        if (*left == '\n') {
            line++;
            *out_left = left + 1;
            *out_right = right + 1;
        }
    return line;
}

void golden_check(const char *path, const char *text) {
    if (is_blessing) {
        FILE *file = fopen(path, "wb");
        if (file == NULL) fail_msg("%s cannot be written", path);
        fputs(text, file);
        fclose(file);
        return;
    }
    char *expected = read_text(path);
    if (expected == NULL) fail_msg("%s is not there; --bless writes it", path);
    if (strcmp(expected, text) != 0) {
        const char *wanted, *got;
        int line = first_difference(expected, text, &wanted, &got);
        print_error("%s:%d differs\n  expected: %.*s\n  printed:  %.*s\n", path, line, (int)strcspn(wanted, "\n"),
                    wanted, (int)strcspn(got, "\n"), got);
        free(expected);
        fail_msg("%s", path);
    }
    free(expected);
}

static int compare_names(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

int golden_each(const char *folder, const char *suffix, void (*visit)(const char *path, const char *stem)) {
    enum { MOST = 1000 };
    char *names[MOST];
    int count = 0;
    DIR *directory = opendir(folder);
    if (directory == NULL) fail_msg("%s cannot be read", folder);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL && count < MOST;) {
        size_t length = strlen(entry->d_name), tail = strlen(suffix);
        if (entry->d_name[0] != '.' && length > tail && strcmp(entry->d_name + length - tail, suffix) == 0)
            names[count++] = strdup(entry->d_name);
    }
    closedir(directory);
    qsort(names, (size_t)count, sizeof *names, compare_names);
    for (int i = 0; i < count; i++) {
        char path[1024], stem[1024];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        snprintf(stem, sizeof stem, "%.*s", (int)(strlen(path) - strlen(suffix)), path);
        visit(path, stem);
        free(names[i]);
    }
    return count;
}

char *golden_capture(void (*write)(FILE *out, const void *argument), const void *argument) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    write(out, argument);
    fclose(out);
    return text;
}
