internal import Tensors

/// A value of a pickle: a small one itself, the rest by its index in the machine's memory.
///
/// Indices, not references: what holds itself is harmless, and nothing here calls itself.
enum PickleValue: Hashable, Sendable {
  case none
  case truth(Bool)
  case integer(Int)
  case text(PickleText)
  case tuple(Int)
  case list(Int)
  /// Keys and values by turns.
  case dictionary(Int)
  case global(Int)
  /// What calling a global would make; nothing is called, and nothing is known of it.
  case made(Int)
  case storage(Int)
  case tensor(Int)
  /// Never looked at: fractions, bytes, sets, whole numbers of more than 64 bits.
  case other
}

/// Where a text lies among the pickle's bytes.
struct PickleText: Hashable, Sendable {
  let start: UInt32
  let count: UInt32
}

/// A row of elements that tensors are cut from.
struct PickleStorage: Hashable, Sendable {
  let kind: StorageKind
  let key: String
  /// Elements in the row, and those of them that this view of it may use.
  let count: Int
  let range: Range<Int>
}

/// A tensor as `torch._utils._rebuild_tensor_v2` is told to build it.
struct PickleTensor: Hashable, Sendable {
  let storage: Int
  let element: StorageKind
  /// Places in elements, from the beginning of the storage's range.
  let view: StridedView
}

/// The elements of a storage; of some only the width is known.
struct StorageKind: Hashable, Sendable {
  let name: String
  let type: ElementType?
  /// Bytes an element.
  let width: Int

  init(_ name: String, _ type: ElementType?, width: Int) {
    self.name = name
    self.type = type
    self.width = width
  }

  init(_ name: String, _ type: ElementType) { self.init(name, type, width: type.bits / 8) }

  /// `torch.FloatStorage` and its like, by what stands before `Storage`.
  static let storages: [String: StorageKind] = Dictionary(
    uniqueKeysWithValues: [
      StorageKind("Float", .float32), StorageKind("Half", .float16),
      StorageKind("BFloat16", .bfloat16), StorageKind("Double", .float64),
      StorageKind("Long", .int64), StorageKind("Int", .int32), StorageKind("Short", .int16),
      StorageKind("Char", .int8), StorageKind("Byte", .uint8), StorageKind("Bool", .bool),
      StorageKind("ComplexFloat", .complex64), StorageKind("ComplexDouble", nil, width: 16),
      StorageKind("QInt8", nil, width: 1), StorageKind("QUInt8", nil, width: 1),
      StorageKind("QInt32", nil, width: 4), StorageKind("QUInt4x2", nil, width: 1),
      StorageKind("QUInt2x4", nil, width: 1), StorageKind("Untyped", nil, width: 1),
    ].map { ($0.name, $0) })

  /// The names of element types that a tensor over an untyped storage gives.
  static let elements: [String: StorageKind] = Dictionary(
    uniqueKeysWithValues: [
      StorageKind("float32", .float32), StorageKind("float16", .float16),
      StorageKind("bfloat16", .bfloat16), StorageKind("float64", .float64),
      StorageKind("int64", .int64), StorageKind("int32", .int32), StorageKind("int16", .int16),
      StorageKind("int8", .int8), StorageKind("uint8", .uint8), StorageKind("uint16", .uint16),
      StorageKind("uint32", .uint32), StorageKind("uint64", .uint64), StorageKind("bool", .bool),
      StorageKind("complex64", .complex64), StorageKind("complex128", nil, width: 16),
      StorageKind("float8_e5m2", .float8E5M2), StorageKind("float8_e4m3fn", .float8E4M3),
    ].map { ($0.name, $0) })
}
