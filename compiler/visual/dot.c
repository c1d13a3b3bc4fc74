/* The DOT writer: nodes are HTML-like tables with a coloured head and a light body. */
#include "visual/dot.h"

#include <string.h>

typedef struct DotColors {
    const char *head, *body, *line;
} DotColors;

static DotColors role_colors(DotRole role) {
    switch (role) {
    case DOT_DATA: return (DotColors){"#37474f", "#eceff1", "#607d8b"};
    case DOT_COLUMNS: return (DotColors){"#00695c", "#e0f2f1", "#00897b"};
    case DOT_SPLIT: return (DotColors){"#4e342e", "#efebe9", "#795548"};
    case DOT_FIT: return (DotColors){"#1565c0", "#e3f2fd", "#1e88e5"};
    case DOT_SAMPLING: return (DotColors){"#6a1b9a", "#f3e5f5", "#8e24aa"};
    case DOT_LAYER: return (DotColors){"#283593", "#e8eaf6", "#3949ab"};
    case DOT_ACTIVATION: return (DotColors){"#ef6c00", "#fff3e0", "#fb8c00"};
    case DOT_LOSS: return (DotColors){"#b71c1c", "#ffebee", "#e53935"};
    case DOT_OPTIMIZER: return (DotColors){"#2e7d32", "#e8f5e9", "#43a047"};
    case DOT_PLAIN: return (DotColors){"#424242", "#fafafa", "#9e9e9e"};
    }
    return (DotColors){"#424242", "#fafafa", "#9e9e9e"};
}

static void append_html(Str *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '&': str_append(out, "&amp;"); break;
        case '<': str_append(out, "&lt;"); break;
        case '>': str_append(out, "&gt;"); break;
        case '"': str_append(out, "&quot;"); break;
        default: str_append_char(out, text[i]);
        }
    }
}

static void append_quoted(Str *out, const char *text) {
    str_append_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') str_append_char(out, '\\');
        str_append_char(out, *text);
    }
    str_append_char(out, '"');
}

void dot_begin(Dot *dot, Arena *arena, const char *title, const char *direction) {
    str_init(&dot->text, arena);
    str_append(&dot->text, "digraph lspec {\n    graph [rankdir=");
    str_append(&dot->text, direction);
    str_append(&dot->text, ", fontname=\"Helvetica\", fontsize=16, labelloc=t, nodesep=0.3, ranksep=0.5, pad=0.3, "
                           "bgcolor=white, label=");
    append_quoted(&dot->text, title);
    str_append(&dot->text, "];\n    node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
                           "    edge [fontname=\"Helvetica\", fontsize=9, color=\"#78909c\", fontcolor=\"#455a64\", "
                           "arrowsize=0.7];\n");
}

void dot_node(Dot *dot, const char *id, DotRole role, const char *head, const char *body) {
    DotColors colors = role_colors(role);
    Str *out = &dot->text;
    str_append(out, "    ");
    append_quoted(out, id);
    str_printf(out, " [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"5\" style=\"rounded\" "
                    "color=\"%s\" bgcolor=\"%s\"><tr><td align=\"left\"><font color=\"%s\"><b>",
               colors.line, colors.body, colors.head);
    append_html(out, head, strlen(head));
    str_append(out, "</b></font></td></tr>");
    while (body != NULL && *body != '\0') {
        const char *end = strchr(body, '\n');
        size_t length = end != NULL ? (size_t)(end - body) : strlen(body);
        str_append(out, "<tr><td align=\"left\" cellpadding=\"2\"><font color=\"#37474f\" point-size=\"10\">");
        append_html(out, body, length);
        str_append(out, "</font></td></tr>");
        body += length + (end != NULL);
    }
    str_append(out, "</table>>];\n");
}

void dot_edge(Dot *dot, const char *from, const char *to, const char *label) {
    str_append(&dot->text, "    ");
    append_quoted(&dot->text, from);
    str_append(&dot->text, " -> ");
    append_quoted(&dot->text, to);
    if (label != NULL) {
        str_append(&dot->text, " [label=");
        append_quoted(&dot->text, label);
        str_append(&dot->text, "]");
    }
    str_append(&dot->text, ";\n");
}

void dot_cluster_begin(Dot *dot, const char *id, const char *title) {
    str_append(&dot->text, "    subgraph ");
    Str name;
    str_init(&name, dot->text.arena);
    str_printf(&name, "cluster_%s", id);
    append_quoted(&dot->text, name.data);
    str_append(&dot->text, " {\n    style=\"rounded\"; color=\"#b0bec5\"; fontsize=12; fontcolor=\"#546e7a\"; label=");
    append_quoted(&dot->text, title);
    str_append(&dot->text, ";\n");
}

void dot_cluster_end(Dot *dot) { str_append(&dot->text, "    }\n"); }

const char *dot_end(Dot *dot) {
    str_append(&dot->text, "}\n");
    return dot->text.data;
}
