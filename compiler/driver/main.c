/* The command line of the compiler: parse it, run the command, return its exit status. */
#include "driver/commands.h"

int main(int argc, char **argv) {
    Arena *arena = arena_new();
    Options options;
    int status = options_parse(arena, argc, argv, &options) ? command_dispatch(&options) : 2;
    arena_free(arena);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("lspec: standard output could not be written\n", stderr);
        status = 3;
    }
    return status;
}
