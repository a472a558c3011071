import Tensors

/// Where a value lies: its layout and shape are known when a kernel is prepared.
@unsafe package struct MapPlace {
  package var base: UnsafeMutablePointer<Float>
  /// Floats from one image to the next.
  package var imageStride: Int

  package init(base: UnsafeMutablePointer<Float>, imageStride: Int) {
    unsafe self.base = unsafe base
    unsafe self.imageStride = imageStride
  }
}

extension MapPlace {
  /// Where an image begins, as generated code is told.
  func address(of image: Int) -> Int {
    Int(bitPattern: unsafe base) + image * (unsafe imageStride) * MemoryLayout<Float>.stride
  }
}

extension Tensor {
  /// Zeros for what a kernel packs.
  init(packed dimensions: [Int]) throws(AllocationError) {
    guard let shape = Shape(dimensions) else { throw AllocationError(bytes: .max) }
    try self.init(zeros: shape)
  }

  var byteCount: Int { shape.count * MemoryLayout<Float>.stride }

  /// Where its numbers begin, as generated code is told; whoever holds the tensor keeps them.
  var address: Int { Int(bitPattern: unsafe storage.pointer.baseAddress) }
}

/// The memory of one run of a kernel.
///
/// The plan keeps every place as large as its value, and apart from all others but for an input
/// that the kernel said the output may overwrite.
@unsafe package struct KernelMemory {
  /// As many as the call and its epilogue have.
  package var inputs: UnsafePointer<MapPlace>
  package var output: MapPlace
  package var second: MapPlace?
  /// At least the bytes asked for; nil where none were.
  package var workspace: UnsafeMutablePointer<Float>?
  /// The same, of the thread that runs the part.
  package var scratch: UnsafeMutablePointer<Float>?

  package init(
    inputs: UnsafePointer<MapPlace>, output: MapPlace, second: MapPlace? = nil,
    workspace: UnsafeMutablePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>? = nil
  ) {
    unsafe self.inputs = unsafe inputs
    unsafe self.output = unsafe output
    unsafe self.second = unsafe second
    unsafe self.workspace = unsafe workspace
    unsafe self.scratch = unsafe scratch
  }
}
