/* Mistakes of ours, never of the user's: BUG() says where, how to report it, and aborts. */
#ifndef LSPEC_SUPPORT_PANIC_H
#define LSPEC_SUPPORT_PANIC_H

_Noreturn void panic_bug(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Out of memory and the like: prints `lspec: …`, exit status 3. */
_Noreturn void panic_system(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define BUG(...) panic_bug(__FILE__, __LINE__, __VA_ARGS__)

#endif
