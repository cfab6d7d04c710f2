/* Section 5, Models: every registered model describes itself fully. */
#include <math.h>

#include "sections.h"

static int is_text(const char *text) { return text && text[0]; }

static int names_end_with_null(void) {
  const int32_t models = memsim_model_count();
  ENSURE(models >= 1);
  for (int32_t i = 0; i < models; i++) {
    ENSURE(is_text(memsim_model_name(i)) && memsim_model_name(i) == memsim_model_name(i));
  }
  ENSURE(!memsim_model_name(-1) && !memsim_model_name(models) && !memsim_model_name(INT32_MIN) &&
         !memsim_model_name(INT32_MAX));
  return 0;
}

static int params_are_complete(const memsim_model_card *model) {
  for (int32_t i = 0; i < model->param_count; i++) {
    memsim_param_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_param(model->name, i, &card));
    ENSURE(is_text(card.name) && is_text(card.unit) && is_text(card.text));
    ENSURE(card.rows >= 1 && card.columns >= 1 && card.minimum < card.maximum);
    for (int32_t v = 0; v < card.rows * card.columns; v++) {
      ENSURE(card.default_values[v] >= card.minimum && card.default_values[v] <= card.maximum);
    }
  }
  return 0;
}

static int options_are_complete(const memsim_model_card *model) {
  for (int32_t i = 0; i < model->option_count; i++) {
    memsim_option_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_option(model->name, i, &card));
    ENSURE(is_text(card.name) && is_text(card.text) && strchr(card.choices, '|'));
  }
  return 0;
}

static int states_are_complete(const memsim_model_card *model) {
  ENSURE(model->state_count >= 1);
  for (int32_t i = 0; i < model->state_count; i++) {
    memsim_state_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_state(model->name, i, &card));
    ENSURE(is_text(card.name) && is_text(card.unit) && is_text(card.text));
    ENSURE(card.settable == 0 || card.settable == 1);
  }
  return 0;
}

static int quantities_are_complete(const memsim_model_card *model) {
  ENSURE(model->quantity_count >= 1);
  for (int32_t i = 0; i < model->quantity_count; i++) {
    memsim_state_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_quantity(model->name, i, &card));
    ENSURE(is_text(card.name) && is_text(card.unit) && is_text(card.text) && card.settable == 0);
    ENSURE(i > 0 || (strcmp(card.name, "current") == 0 && strcmp(card.unit, "A") == 0));
  }
  return 0;
}

/* The model has the parameter, with as many values. */
static int is_a_param_of(const memsim_model_card *model, const memsim_param *param) {
  for (int32_t i = 0; i < model->param_count; i++) {
    memsim_param_card card = {.size = sizeof card};
    if (memsim_model_param(model->name, i, &card) != MEMSIM_OK) return 0;
    if (strcmp(card.name, param->name) == 0) return param->count == (size_t)card.rows * (size_t)card.columns;
  }
  return 0;
}

static int presets_are_complete(const memsim_model_card *model) {
  for (int32_t i = 0; i < model->preset_count; i++) {
    memsim_preset_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_preset(model->name, i, &card));
    ENSURE(is_text(card.name) && is_text(card.text) && is_text(card.source));
    for (int32_t p = 0; p < card.param_count; p++) ENSURE(is_a_param_of(model, &card.params[p]));
  }
  return 0;
}

static int cards_are_complete(void) {
  for (int32_t i = 0; i < memsim_model_count(); i++) {
    memsim_model_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_info(memsim_model_name(i), &card));
    ENSURE(strcmp(card.name, memsim_model_name(i)) == 0);
    ENSURE(is_text(card.title) && is_text(card.text) && is_text(card.source));
    ENSURE((card.timed == 0 || card.timed == 1) && card.reserved == 0 && card.voltage_limit > 0);
    ENSURE(params_are_complete(&card) == 0 && options_are_complete(&card) == 0 && states_are_complete(&card) == 0);
    ENSURE(quantities_are_complete(&card) == 0 && presets_are_complete(&card) == 0);
  }
  return 0;
}

static int synaptogen_has_no_time(void) {
  const memsim_model_card card = card_of(0);
  ENSURE(strcmp(card.name, "synaptogen") == 0 && card.timed == 0 && card.quantity_count == 1);
  ENSURE(card.voltage_limit == 1000);
  return 0;
}

static int model_queries_refuse_bad_arguments(void) {
  memsim_model_card card = {.size = sizeof card};
  ENSURE_FAILS(memsim_model_info("no-such-model", &card), MEMSIM_ERR_ARGUMENT, "no-such-model");
  ENSURE_FAILS(memsim_model_info(NULL, &card), MEMSIM_ERR_ARGUMENT, "model");
  ENSURE_FAILS(memsim_model_info("synaptogen", NULL), MEMSIM_ERR_ARGUMENT, "out");
  card.size = 0;
  ENSURE_FAILS(memsim_model_info("synaptogen", &card), MEMSIM_ERR_ARGUMENT, "size");
  card.size = sizeof card + 64;
  ENSURE_FAILS(memsim_model_info("synaptogen", &card), MEMSIM_ERR_ARGUMENT, "size");
  ENSURE(card.name == NULL);
  return 0;
}

/* The queries by index refuse the same things; D is the card's type. */
#define ENSURE_INDEX_CHECKED(call, D, n)                                                             \
  do {                                                                                               \
    D card = {.size = sizeof card};                                                                  \
    ENSURE_FAILS(call("synaptogen", -1, &card), MEMSIM_ERR_ARGUMENT, "index");                       \
    ENSURE_FAILS(call("synaptogen", n, &card), MEMSIM_ERR_ARGUMENT, "index");                        \
    ENSURE_FAILS(call("synaptogen", INT32_MIN, &card), MEMSIM_ERR_ARGUMENT, "index");                \
    ENSURE_FAILS(call("nope", 0, &card), MEMSIM_ERR_ARGUMENT, "nope");                               \
    ENSURE_FAILS(call(NULL, 0, &card), MEMSIM_ERR_ARGUMENT, "model");                                \
    ENSURE_FAILS(call("synaptogen", 0, NULL), MEMSIM_ERR_ARGUMENT, (n) ? "out" : "index");           \
    card.size = 3;                                                                                   \
    ENSURE_FAILS(call("synaptogen", 0, &card), MEMSIM_ERR_ARGUMENT, (n) ? "size" : "index");         \
    ENSURE(card.name == NULL);                                                                       \
  } while (0)

static int indices_are_checked(void) {
  memsim_model_card model = {.size = sizeof model};
  ENSURE_OK(memsim_model_info("synaptogen", &model));
  ENSURE_INDEX_CHECKED(memsim_model_param, memsim_param_card, model.param_count);
  ENSURE_INDEX_CHECKED(memsim_model_option, memsim_option_card, model.option_count);
  ENSURE_INDEX_CHECKED(memsim_model_state, memsim_state_card, model.state_count);
  ENSURE_INDEX_CHECKED(memsim_model_quantity, memsim_state_card, model.quantity_count);
  ENSURE_INDEX_CHECKED(memsim_model_preset, memsim_preset_card, model.preset_count);
  return 0;
}

/* A caller built against an older header has a smaller card: only its bytes are written. */
static int older_cards_are_filled_as_far_as_they_go(void) {
  union {
    memsim_model_card card;
    unsigned char bytes[sizeof(memsim_model_card)];
  } room;
  const size_t older[] = {offsetof(memsim_model_card, title), offsetof(memsim_model_card, quantity_count)};
  for (int o = 0; o < 2; o++) {
    memset(&room, 0xa5, sizeof room);
    room.card.size = (uint32_t)older[o];
    ENSURE_OK(memsim_model_info("synaptogen", &room.card));
    ENSURE(strcmp(room.card.name, "synaptogen") == 0 && room.card.size == older[o]);
    for (size_t i = older[o]; i < sizeof room; i++) ENSURE(room.bytes[i] == 0xa5);
  }
  return 0;
}

static const test_case tests[] = {
    {"models.names", names_end_with_null},       {"models.cards", cards_are_complete},
    {"models.refused", model_queries_refuse_bad_arguments}, {"models.indices", indices_are_checked},
    {"models.older", older_cards_are_filled_as_far_as_they_go}, {"models.untimed", synaptogen_has_no_time},
};
SECTION(models, tests);
