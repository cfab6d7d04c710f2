/* Of memsim.hpp: analog tiles. */
#ifndef MEMSIM_TILES_HPP
#define MEMSIM_TILES_HPP

#include "models.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace memsim {

/* A weight matrix on pulsed devices, in single precision; equations and references: see memsim.h. */

/** Describes a pulsed device by its name: a Model whose states are what Tile::hidden() gives. */
inline Model pulsed_device(const std::string &name) {
  Model found = detail::described(memsim_pulsed_device_info, name);
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_pulsed_device_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_pulsed_device_option, known, found.card.option_count);
  found.states = detail::cards<memsim_state_card>(memsim_pulsed_device_state, known, found.card.state_count);
  found.presets = detail::cards<memsim_preset_card>(memsim_pulsed_device_preset, known, found.card.preset_count);
  return found;
}

/** Every pulsed device of this build, by name. */
inline std::map<std::string, Model> pulsed_devices() {
  return detail::all(memsim_pulsed_device_count(), memsim_pulsed_device_name, pulsed_device);
}

/** Describes a compound by its name: a Model whose states are the matrices that it keeps besides its cells. */
inline Model compound(const std::string &name) {
  Model found = detail::described(memsim_compound_info, name);
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_compound_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_compound_option, known, found.card.option_count);
  found.states = detail::cards<memsim_state_card>(memsim_compound_state, known, found.card.state_count);
  return found;
}

/** Every compound of this build, by name. */
inline std::map<std::string, Model> compounds() {
  return detail::all(memsim_compound_count(), memsim_compound_name, compound);
}

/** Describes the settings "io" or "update": a Model that has a card, parameters and options alone. */
inline Model tile_settings(const std::string &name) {
  Model found = detail::described(memsim_tile_settings_info, name);
  const char *known = found.card.name;
  found.params = detail::cards<memsim_param_card>(memsim_tile_settings_param, known, found.card.param_count);
  found.options = detail::cards<memsim_option_card>(memsim_tile_settings_option, known, found.card.option_count);
  return found;
}

/** Settings of one direction or of the update that differ from their defaults. */
struct TileSettings {
  std::map<std::string, std::vector<double>> params; /**< by name; see tile_settings() */
  std::map<std::string, std::string> options;        /**< by name; see tile_settings() */
};

/** What one cell of a compound is. */
struct TileCell {
  std::string device;                                     /**< of pulsed_devices() */
  std::map<std::string, std::vector<double>> params = {}; /**< of the device, by name */
  std::string preset = {};                                /**< of the device; empty: none. `params` win */
};

/** What may differ from the defaults of a tile. */
struct TileConfig {
  std::string device = "constant-step";              /**< of pulsed_devices() */
  std::string preset = {};                           /**< of the device; empty: none. `params` win */
  std::map<std::string, std::vector<double>> params = {}; /**< of the device, by name */
  TileSettings forward = {};                         /**< of Tile::forward(): "io" */
  TileSettings backward = {};                        /**< of Tile::backward(): "io" */
  TileSettings update = {};                          /**< "update" */
  std::uint64_t seed = 0;                            /**< of devices, noise and pulses */
  const Context *context = nullptr;
  std::string compound = {};          /**< of compounds(); with one, `device`, `preset` and `params` are not used */
  TileSettings compound_settings = {}; /**< of the compound */
  std::vector<TileCell> cells = {};   /**< of the compound */
  TileSettings transfer_forward = {}; /**< how it reads cells: "io" */
  TileSettings transfer_update = {};  /**< how it writes to cells: "update" */
};

namespace detail {
/* Settings as the defs of memsim.h take them; refers to the config. */
class TileSettingsList {
 public:
  explicit TileSettingsList(const TileSettings &settings) : TileSettingsList(settings.params) {
    for (const auto &[name, choice] : settings.options) options_.push_back({name.c_str(), choice.c_str()});
  }
  explicit TileSettingsList(const std::map<std::string, std::vector<double>> &params) {
    for (const auto &[name, values] : params) params_.push_back({name.c_str(), values.data(), values.size()});
  }
  memsim_settings list() const noexcept {
    return {params_.data(), params_.size(), options_.data(), options_.size()};
  }

 private:
  std::vector<memsim_param> params_;
  std::vector<memsim_option> options_;
};

/* Cells as the def of memsim.h takes them; refers to the config. */
class TileCellsList {
 public:
  explicit TileCellsList(const std::vector<TileCell> &cells) {
    for (const TileCell &cell : cells) params_.emplace_back(cell.params);
    for (std::size_t i = 0; i < cells.size(); i++) {
      const char *preset = cells[i].preset.empty() ? nullptr : cells[i].preset.c_str();
      cells_.push_back({cells[i].device.c_str(), preset, params_[i].list()});
    }
  }
  const memsim_tile_cell *data() const noexcept { return cells_.data(); }
  std::size_t size() const noexcept { return cells_.size(); }

 private:
  std::vector<TileSettingsList> params_;
  std::vector<memsim_tile_cell> cells_;
};
}  // namespace detail

/** A weight matrix on pulsed devices: noisy products both ways, updates by coincident pulses. Movable, not copyable; a
 *  moved-from tile may only be assigned to or destroyed. */
class Tile {
 public:
  using Floats = std::vector<float>;

  Tile(std::uint64_t outputs, std::uint64_t inputs, const TileConfig &config = {})
      : outputs_(static_cast<std::size_t>(outputs)), inputs_(static_cast<std::size_t>(inputs)) {
    memsim_tile_def def;
    detail::check(memsim_tile_def_init(&def, sizeof def));
    const detail::TileSettingsList params(config.params), forward(config.forward), backward(config.backward),
        update(config.update), own(config.compound_settings), read(config.transfer_forward),
        write(config.transfer_update);
    const detail::TileCellsList cells(config.cells);
    def.inputs = inputs;
    def.outputs = outputs;
    def.seed = config.seed;
    def.device = config.device.c_str();
    def.preset = config.preset.empty() ? nullptr : config.preset.c_str();
    def.parameters = params.list();
    def.forward = forward.list();
    def.backward = backward.list();
    def.update = update.list();
    def.context = detail::handle(config.context);
    def.compound = config.compound.empty() ? nullptr : config.compound.c_str();
    def.compound_settings = own.list();
    def.cells = cells.data();
    def.cell_count = cells.size();
    def.transfer_forward = read.list();
    def.transfer_update = write.list();
    detail::check(memsim_tile_create(&def, &handle_));
  }
  Tile(Tile &&other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), outputs_(other.outputs_), inputs_(other.inputs_) {}
  Tile &operator=(Tile &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(outputs_, other.outputs_);
    std::swap(inputs_, other.inputs_);
    return *this;
  }
  ~Tile() { memsim_tile_destroy(handle_); }

  std::size_t outputs() const noexcept { return outputs_; }
  std::size_t inputs() const noexcept { return inputs_; }
  /** Number of weights, one a device. */
  std::size_t size() const noexcept { return outputs_ * inputs_; }
  /** Memory of the tile, in bytes. */
  std::uint64_t memory() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_tile_memory(handle_, &bytes));
    return bytes;
  }

  /** Weights [outputs x inputs]; each is clipped to the bounds of its device. */
  void set_weights(Span<const float> weights) {
    detail::check_size("weights", weights, size());
    detail::check(memsim_tile_set_weights(handle_, weights.data()));
  }
  /** Weights as the products see them. */
  void weights(Span<float> out) {
    detail::check_size("out", out, size());
    detail::check(memsim_tile_weights(handle_, out.data()));
  }
  Floats weights() {
    Floats out(size());
    weights(out);
    return out;
  }

  /** Per-device quantity [outputs x inputs]; see pulsed_device(). Of a compound: see memsim_tile_hidden. */
  void hidden(const std::string &name, Span<float> out) {
    detail::check_size("out", out, size());
    detail::check(memsim_tile_hidden(handle_, name.c_str(), out.data()));
  }
  Floats hidden(const std::string &name) {
    Floats out(size());
    hidden(name, out);
    return out;
  }
  /** Sets a per-device quantity; weights are then clipped to the bounds. */
  void set_hidden(const std::string &name, Span<const float> values) {
    detail::check_size("values", values, size());
    detail::check(memsim_tile_set_hidden(handle_, name.c_str(), values.data()));
  }

  /** y = W x: x [batch x inputs], y [batch x outputs]. */
  void forward(Span<const float> x, Span<float> y) {
    const std::size_t batch = batchOf("x", x, inputs_);
    detail::check_size("y", y, batch * outputs_);
    detail::check(memsim_tile_forward(handle_, detail::address(x), batch, detail::address(y)));
  }
  Floats forward(const Floats &x) {
    Floats y(x.size() / inputs_ * outputs_);
    forward(x, y);
    return y;
  }

  /** The transposed product: d [batch x outputs], out [batch x inputs]. */
  void backward(Span<const float> d, Span<float> out) {
    const std::size_t batch = batchOf("d", d, outputs_);
    detail::check_size("out", out, batch * inputs_);
    detail::check(memsim_tile_backward(handle_, detail::address(d), batch, detail::address(out)));
  }
  Floats backward(const Floats &d) {
    Floats out(d.size() / outputs_ * inputs_);
    backward(d, out);
    return out;
  }

  /** Pulses by which W changes by -learning_rate d^T x in the mean: x [batch x inputs], d [batch x outputs]. */
  void update(Span<const float> x, Span<const float> d, double learning_rate) {
    const std::size_t batch = batchOf("x", x, inputs_);
    detail::check_size("d", d, batch * outputs_);
    detail::check(memsim_tile_update(handle_, detail::address(x), detail::address(d), batch, learning_rate));
  }

  /** What belongs after an optimiser's step: diffusion, then decay, where the device has them. */
  void step() { detail::check(memsim_tile_step(handle_)); }

  /** Drift of weights in `seconds` more, where devices have it. */
  void drift(double seconds) { detail::check(memsim_tile_drift(handle_, seconds)); }

  /** Resets `count` inputs from `start` on, going round, each device with `probability`. */
  void reset(std::uint64_t start, std::uint64_t count, double probability = 1) {
    detail::check(memsim_tile_reset(handle_, start, count, probability));
  }

  /** The whole state, the position in the random numbers included. */
  std::vector<std::uint8_t> state() {
    std::uint64_t size = 0;
    detail::check(memsim_tile_state_size(handle_, &size));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    detail::check(memsim_tile_save(handle_, bytes.data(), bytes.size()));
    return bytes;
  }
  /** Restores what state() gave. */
  void load(Span<const std::uint8_t> state) {
    detail::check(memsim_tile_load(handle_, detail::address(state), state.size()));
  }

  /** For calls of memsim.h. */
  memsim_tile *handle() const noexcept { return handle_; }

 private:
  static std::size_t batchOf(const char *name, Span<const float> vectors, std::size_t extent) {
    const std::size_t batch = vectors.size() / extent;
    detail::check_size(name, vectors, batch * extent);
    return batch;
  }

  memsim_tile *handle_ = nullptr;
  std::size_t outputs_, inputs_;
};

}  // namespace memsim

#endif
