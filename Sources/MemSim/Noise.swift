import CMemSim
import MemSimCore

/// How column currents draw their noise. AUTO is one normal a column: the same distribution, fewer draws.
func columnNoise(_ value: Int32) throws(MemSimError) -> ColumnNoise {
  switch value {
  case Int32(MEMSIM_NOISE_NONE.rawValue): return .none
  case Int32(MEMSIM_NOISE_AUTO.rawValue), Int32(MEMSIM_NOISE_SUM.rawValue): return .perColumn
  case Int32(MEMSIM_NOISE_CELL.rawValue): return .perCell
  default: throw .argument("noise must be a memsim_noise, 0...3, got \(value)")
  }
}
