import Tensors

/// One block of memory in which a run keeps its values.
package struct Arena: ~Copyable {
  private let pages: AnonymousPages

  package init(bytes: Int) throws(AllocationError) {
    pages = try AnonymousPages(bytes: bytes)
  }

  package var bytes: Int { pages.bytes }

  /// So many floats from an offset in bytes; they are valid while the arena lives.
  @unsafe borrowing func floats(at offset: Int, count: Int) -> UnsafeMutableBufferPointer<Float> {
    // The pages check that the range lies inside them.
    unsafe pages.floats(at: offset, count: count)
  }

  /// Overwrites everything: a run depends on nothing that an earlier one left behind.
  package mutating func fill(_ value: Float) {
    // All whole floats of the block.
    unsafe floats(at: 0, count: bytes / MemoryLayout<Float>.stride).update(repeating: value)
  }
}
