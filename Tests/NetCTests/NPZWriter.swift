import Tensors
import TestSupport

@testable import Formats

/// A .npz file of float32 arrays, stored as they are, as `numpy.savez` writes it.
func npz(_ arrays: [(name: String, tensor: Tensor)]) -> [UInt8] {
  var (file, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, tensor) in arrays {
    let bytes = npy(tensor)
    var crc = CRC32()
    crc.update(bytes.span)
    let path = Array("\(name).npy".utf8)
    // Version, flags, method, time, date; checksum, both sizes; lengths of name and extra.
    let fields =
      little(20, 2) + little(0, 8) + little(Int(crc.value), 4) + little(bytes.count, 4)
      + little(bytes.count, 4) + little(path.count, 2) + little(0, 2)
    directory += little(0x0201_4B50, 4) + little(20, 2) + fields
    directory += little(0, 10) + little(file.count, 4) + path
    file += little(0x0403_4B50, 4) + fields + path + bytes
  }
  let end =
    little(0x0605_4B50, 4) + little(0, 4) + little(arrays.count, 2) + little(arrays.count, 2)
    + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
  return file + directory + end
}

/// Version 1.0, C order.
private func npy(_ tensor: Tensor) -> [UInt8] {
  let shape = tensor.shape.dimensions.map { "\($0), " }.joined()
  let text = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }\n".utf8)
  let values = tensor.values.flatMap { little(Int($0.bitPattern), 4) }
  return NPYHeader.magic + [1, 0] + little(text.count, 2) + text + values
}

private func little(_ value: Int, _ size: Int) -> [UInt8] {
  (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
