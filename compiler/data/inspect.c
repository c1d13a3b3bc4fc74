/* The order of the rules: what explains more comes first, and a column of which something was said is left alone. */
#include "data/inspect.h"

void inspect_data(Session *session, const Model *model, const LrtTable *table, const LrtDataset *dataset) {
    if (session->error_count > 0 || dataset->train_before_sampling < 1) return;
    Arena *scratch = arena_new();
    Inspection *in = inspect_view(session, scratch, model, table, dataset);
    inspect_heads(in);
    inspect_outliers(in);
    inspect_scales(in);
    inspect_classes(in);
    inspect_levels(in);
    inspect_leaks(in);
    inspect_rows(in);
    inspect_order(in);
    inspect_parts(in);
    arena_free(scratch);
}
