/// A buffer could not be had.
package struct AllocationError: Error, Hashable, Sendable {
  package let bytes: Int

  package init(bytes: Int) {
    self.bytes = bytes
  }
}

/// Float32 memory, 64-byte aligned, zeroed, unmapped at the end.
///
/// A class because several tensors share one buffer; written only before it is shared.
@safe package final class TensorStorage: @unchecked Sendable {
  package let count: Int
  private let pages: AnonymousPages

  package init(count: Int) throws(AllocationError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard count >= 0, !overflow else { throw AllocationError(bytes: .max) }
    pages = try AnonymousPages(bytes: bytes)
    self.count = count
  }

  /// The whole buffer; valid while the storage lives.
  package var pointer: UnsafeMutableBufferPointer<Float> {
    // The pages hold `count` floats.
    unsafe pages.floats(at: 0, count: count)
  }
}

/// A copyable handle to shared float32 storage with a shape.
package struct Tensor: Sendable {
  package let shape: Shape
  package let storage: TensorStorage

  package init(zeros shape: Shape) throws(AllocationError) {
    self.shape = shape
    storage = try TensorStorage(count: shape.count)
  }

  /// Values in row-major order; `values.count` must be `shape.count`.
  package init(_ shape: Shape, _ values: [Float]) throws(AllocationError) {
    precondition(values.count == shape.count, "as many values as the shape holds")
    try self.init(zeros: shape)
    withMutableSpan { span in
      for index in values.indices { span[index] = values[index] }
    }
  }

  /// Storage of at least as many numbers as the shape has.
  package init(_ shape: Shape, _ storage: TensorStorage) {
    precondition(shape.count <= storage.count, "as many numbers")
    self.shape = shape
    self.storage = storage
  }

  /// The same numbers, in the same memory, under another shape of as many.
  package func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == self.shape.count, "as many numbers")
    return Tensor(shape, storage)
  }

  package func withSpan<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
    // The storage outlives the call: `self` holds it.
    try body(unsafe UnsafeBufferPointer(storage.pointer).span)
  }

  /// For the maker of a tensor, before it is shared.
  package func withMutableSpan<R, E: Error>(
    _ body: (inout MutableSpan<Float>) throws(E) -> R
  ) throws(E) -> R {
    var span = unsafe storage.pointer.mutableSpan
    return try body(&span)
  }

  package var values: [Float] {
    withSpan { span in span.indices.map { span[$0] } }
  }
}
