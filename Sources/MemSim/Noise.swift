import CMemSim
import MemSimCore

/// How a read or a product draws its noise.
enum NoiseMode { case none, cell, sum }

/// AUTO is the aggregate form: the same distribution, fewer draws. Single cells have no sum, there it means CELL.
func noiseMode(_ value: Int32) throws(MemSimError) -> NoiseMode {
  switch value {
  case Int32(MEMSIM_NOISE_NONE.rawValue): return .none
  case Int32(MEMSIM_NOISE_AUTO.rawValue), Int32(MEMSIM_NOISE_SUM.rawValue): return .sum
  case Int32(MEMSIM_NOISE_CELL.rawValue): return .cell
  default: throw .argument("noise must be a memsim_noise, 0...3, got \(value)")
  }
}
