/// A tensor to read: its shape, and memory that holds it.
@safe package struct TensorView {
  package let shape: Shape
  private let base: UnsafePointer<Float>
  /// What keeps the memory, where the view does.
  private let owner: TensorStorage?

  package init(_ tensor: Tensor) {
    shape = tensor.shape
    // A tensor's storage holds its shape's count; `owner` keeps it for the life of the view.
    unsafe base = UnsafePointer(tensor.storage.pointer.baseAddress!)
    owner = tensor.storage
  }

  /// Memory that the caller keeps for the life of the view; it must not be empty.
  @unsafe package init(_ shape: Shape, _ memory: UnsafeBufferPointer<Float>) {
    precondition(memory.count >= shape.count && memory.count > 0, "memory for the whole shape")
    self.shape = shape
    // The buffer has at least `count` floats and the caller keeps it alive.
    unsafe base = memory.baseAddress!
    owner = nil
  }

  private init(_ view: TensorView, _ shape: Shape) {
    self.shape = shape
    // The caller has compared the counts.
    unsafe base = view.base
    owner = view.owner
  }

  /// The same numbers under another shape of as many.
  package func reshaped(_ shape: Shape) -> TensorView {
    precondition(shape.count == self.shape.count, "as many numbers")
    return TensorView(self, shape)
  }

  /// The number at a row-major index.
  package subscript(index: Int) -> Float {
    precondition(index >= 0 && index < shape.count, "inside the tensor")
    // The memory holds `count` floats and the index is below that.
    return unsafe base[index]
  }

  /// The row-major index of a number of a tensor of rank 4, each coordinate inside its extent.
  package func index(_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Int {
    ((n * shape.c + c) * shape.h + h) * shape.w + w
  }

  /// The first of `count` numbers, `step` apart, all inside the tensor; `count` is positive.
  @unsafe package func run(from start: Int, step: Int, count: Int) -> UnsafePointer<Float> {
    precondition(
      start >= 0 && step >= 0 && count > 0 && start + (count - 1) * step < shape.count,
      "inside the tensor")
    // The last of them is below `count`, so that all are inside the memory.
    return unsafe base + start
  }
}

/// A tensor to write: its shape, and memory that holds it.
@safe package struct MutableTensorView {
  package let shape: Shape
  private let base: UnsafeMutablePointer<Float>
  private let owner: TensorStorage?

  /// For the maker of a tensor, before it is shared.
  package init(_ tensor: Tensor) {
    shape = tensor.shape
    // A tensor's storage holds its shape's count; `owner` keeps it for the life of the view.
    unsafe base = tensor.storage.pointer.baseAddress!
    owner = tensor.storage
  }

  /// Memory that the caller keeps for the life of the view, and gives to no other writer.
  @unsafe package init(_ shape: Shape, _ memory: UnsafeMutableBufferPointer<Float>) {
    precondition(memory.count >= shape.count && memory.count > 0, "memory for the whole shape")
    self.shape = shape
    // The buffer has at least `count` floats and the caller keeps it alive.
    unsafe base = memory.baseAddress!
    owner = nil
  }

  private init(_ view: MutableTensorView, _ shape: Shape) {
    self.shape = shape
    // The caller has compared the counts.
    unsafe base = view.base
    owner = view.owner
  }

  /// The same numbers under another shape of as many.
  package func reshaped(_ shape: Shape) -> MutableTensorView {
    precondition(shape.count == self.shape.count, "as many numbers")
    return MutableTensorView(self, shape)
  }

  /// Writes the number at a row-major index.
  package func set(_ index: Int, _ value: Float) {
    precondition(index >= 0 && index < shape.count, "inside the tensor")
    // The memory holds `count` floats and the index is below that.
    unsafe base[index] = value
  }

  /// The row-major index of a number of a tensor of rank 4, each coordinate inside its extent.
  package func index(_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Int {
    ((n * shape.c + c) * shape.h + h) * shape.w + w
  }

  /// The first of `count` numbers side by side, all inside the tensor; `count` is positive.
  @unsafe package func run(from start: Int, count: Int) -> UnsafeMutablePointer<Float> {
    precondition(start >= 0 && count > 0 && start + count <= shape.count, "inside the tensor")
    // The last of them is below `count`, so that all are inside the memory.
    return unsafe base + start
  }

  /// Copies numbers side by side; the two tensors do not overlap.
  func copy(from source: TensorView, at first: Int, to start: Int, count: Int) {
    guard count > 0 else { return }
    // Both runs are checked to lie inside their tensors.
    unsafe run(from: start, count: count).update(
      from: source.run(from: first, step: 1, count: count), count: count)
  }

  /// Writes one number into a run of cells.
  func fill(from start: Int, count: Int, _ value: Float) {
    guard count > 0 else { return }
    // The run is checked to lie inside the tensor.
    unsafe run(from: start, count: count).update(repeating: value, count: count)
  }
}
