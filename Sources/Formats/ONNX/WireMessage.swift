package import Tensors

/// A message in protobuf's wire format: fields one after another, a key before each.
///
/// The numbers of tensors stay where they are until the message is written.
package struct WireMessage: Sendable {
  /// A stretch of the message.
  package enum Piece: Sendable {
    case bytes([UInt8])
    /// Little-endian float32, in row-major order.
    case tensor(Tensor)
  }

  package private(set) var pieces: [Piece] = []
  /// How many bytes it takes.
  package private(set) var count = 0

  package init() {}

  /// A whole number; negative ones as their two's complement of 64 bits.
  package mutating func integer(_ field: Int, _ value: Int) {
    var bytes: [UInt8] = []
    bytes.append(field: field, .varint)
    bytes.append(varint: UInt64(bitPattern: Int64(value)))
    append(.bytes(bytes), count: bytes.count)
  }

  package mutating func float(_ field: Int, _ value: Float) {
    var bytes: [UInt8] = []
    bytes.append(field: field, .fixed32)
    bytes.append(littleEndian: value.bitPattern)
    append(.bytes(bytes), count: bytes.count)
  }

  package mutating func text(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

  package mutating func bytes(_ field: Int, _ value: [UInt8]) {
    open(field, count: value.count)
    append(.bytes(value), count: value.count)
  }

  package mutating func message(_ field: Int, _ value: WireMessage) {
    open(field, count: value.count)
    for piece in value.pieces { append(piece, count: piece.count) }
  }

  /// The numbers of a tensor as bytes.
  package mutating func tensor(_ field: Int, _ value: Tensor) {
    let piece = Piece.tensor(value)
    open(field, count: piece.count)
    append(piece, count: piece.count)
  }

  /// Key and length of a field whose bytes follow.
  private mutating func open(_ field: Int, count: Int) {
    var bytes: [UInt8] = []
    bytes.append(field: field, .lengthDelimited)
    bytes.append(varint: UInt64(count))
    append(.bytes(bytes), count: bytes.count)
  }

  /// Bytes grow together; a shape's bytes stay below 2^62, so no sum of a model's can overflow
  /// before memory ends.
  private mutating func append(_ piece: Piece, count: Int) {
    self.count += count
    if case .bytes(let more) = piece, case .bytes(var bytes)? = pieces.last {
      pieces.removeLast()
      bytes += more
      pieces.append(.bytes(bytes))
    } else {
      pieces.append(piece)
    }
  }
}

extension WireMessage.Piece {
  package var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .tensor(let tensor): tensor.shape.count * MemoryLayout<Float>.stride
    }
  }
}

/// How the bytes of a field are delimited.
private enum WireType: UInt64 {
  case varint = 0
  case lengthDelimited = 2
  case fixed32 = 5
}

extension [UInt8] {
  /// Field number above three bits of wire type, as a varint.
  fileprivate mutating func append(field: Int, _ type: WireType) {
    append(varint: UInt64(field) << 3 | type.rawValue)
  }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  fileprivate mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// The bytes of a number, the lowest first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
