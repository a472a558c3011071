@testable import Formats

/// Writes float32 tensors as safetensors, in the order given.
enum SafetensorsWriter {
  static func write(
    _ tensors: [(name: String, dimensions: [Int], values: [Float])], to path: String
  ) throws(FormatError) {
    var offset = 0
    var members: [String] = []
    var data: [UInt8] = []
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      members.append(
        "\"\(tensor.name)\":{\"dtype\":\"F32\",\"shape\":\(tensor.dimensions),"
          + "\"data_offsets\":[\(offset),\(end)]}")
      for value in tensor.values {
        for shift in [UInt32(0), 8, 16, 24] {
          data.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
        }
      }
      offset = end
    }
    let header = Array("{\(members.joined(separator: ","))}".utf8)
    let prefix = (0..<8).map { UInt8(header.count >> (8 * $0) & 0xFF) }
    try AtomicFile.write(prefix + header + data, to: path)
  }
}
