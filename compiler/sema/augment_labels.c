/* `augmentation-label-break`: an augmentation after which the label of a row is wrong. */
#include <string.h>

#include "sema/checker.h"

/* A digit or a letter that is turned over or mirrored is another one, or none. */
static bool is_script(const LrtTarget *target) {
    if (!target->is_class || target->level_count < 10) return false;
    for (int64_t i = 0; i < target->level_count; i++)
        if (strlen(target->levels[i]) != 1 || strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                                     target->levels[i][0]) == NULL)
            return false;
    return true;
}

void augment_check_labels(Checker *checker, const Call *call) {
    static const double quarter = 1.5707963267948966 - 1e-9; /* of a turn */
    bool turns = strcmp(call->entry->name, "rotate") == 0 && call_number(call, "angle") >= quarter;
    if (!turns && strcmp(call->entry->name, "flip") != 0) return;
    for (int64_t t = 0; t < checker->targets.count && !checker->target_poisoned; t++) {
        if (!is_script(&checker->targets.items[t])) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_AUGMENTATION_LABEL_BREAK, call->span,
                                    "`%s` makes other signs of the classes of `%s`", call->text, checker->targets.items[t].name);
        diag_label(d, target_declaration(checker, (int32_t)t), "%lld digits or letters",
                   (long long)checker->targets.items[t].level_count);
        diag_why(d, "a 6 that is turned is a 9, and keeps the label 6");
        diag_advice(d, "`shift(2)` and `rotate(10 deg)` leave signs what they are");
        return;
    }
}
