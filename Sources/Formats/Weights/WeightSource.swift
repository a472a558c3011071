package import Tensors

/// A file of named tensors.
package protocol WeightSource: Sendable {
  var path: String { get }
  /// The key that the tensors lie under, where a file keeps them under one.
  var key: String? { get }
  /// In the file's own order.
  var entries: [WeightEntry] { get }
  func entry(_ name: String) -> WeightEntry?
  /// The values of one tensor as float32, in row-major order and with its own rank.
  func read(_ name: String) throws(FormatError) -> Tensor
}

extension WeightSource {
  package var key: String? { nil }
}

/// One tensor of a weights file, before it is read.
package struct WeightEntry: Hashable, Sendable {
  package let name: String
  package let type: ElementType
  /// Outermost first; empty for a scalar.
  package let dimensions: [Int]
  /// Where its bytes lie in the file, as they are stored there.
  package let range: Range<Int>

  package init(name: String, type: ElementType, dimensions: [Int], range: Range<Int>) {
    self.name = name
    self.type = type
    self.dimensions = dimensions
    self.range = range
  }
}

/// The element types of safetensors, by their names there.
package enum ElementType: String, Hashable, Sendable, CaseIterable {
  case bool = "BOOL"
  case float4 = "F4"
  case float6E2M3 = "F6_E2M3"
  case float6E3M2 = "F6_E3M2"
  case uint8 = "U8"
  case int8 = "I8"
  case float8E5M2 = "F8_E5M2"
  case float8E4M3 = "F8_E4M3"
  case float8E8M0 = "F8_E8M0"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case complex64 = "C64"
  case int64 = "I64"
  case uint64 = "U64"
  case float64 = "F64"

  package var bits: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E8M0: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .int64, .uint64, .float64: 64
    }
  }
}
