/* Writing DOT: one look for all pictures, text escaped in one place, rendering by Graphviz. */
#ifndef LSPEC_VISUAL_DOT_H
#define LSPEC_VISUAL_DOT_H

#include "support/str.h"

/* What a node stands for decides its colour. */
typedef enum DotRole {
    DOT_DATA, DOT_COLUMNS, DOT_SPLIT, DOT_FIT, DOT_SAMPLING, DOT_LAYER, DOT_ACTIVATION, DOT_LOSS, DOT_OPTIMIZER, DOT_PLAIN
} DotRole;

typedef struct Dot {
    Str text;
} Dot;

/* `direction` "LR" or "TB"; `title` stands above the picture. */
void dot_begin(Dot *dot, Arena *arena, const char *title, const char *direction);
/* A box with a bold `head` and lines of `body` ("" or NULL: none; lines parted by \n). */
void dot_node(Dot *dot, const char *id, DotRole role, const char *head, const char *body);
/* An arrow with a small `label` (NULL: none). */
void dot_edge(Dot *dot, const char *from, const char *to, const char *label);
/* Boxes between begin and end share a frame. */
void dot_cluster_begin(Dot *dot, const char *id, const char *title);
void dot_cluster_end(Dot *dot);
/* The whole DOT text. */
const char *dot_end(Dot *dot);

typedef enum DotRender { DOT_RENDERED, DOT_NO_GRAPHVIZ, DOT_FAILED } DotRender;

/* Runs Graphviz on `text`: `format` "svg", "png" or "pdf" into `path`. `*why` says what failed. */
DotRender dot_render(Arena *arena, const char *text, const char *format, const char *path, const char **why);

#endif
