/// The end of a command whose reason has been reported.
package struct ReportedFailure: Error, Hashable, Sendable {
  package let code: ExitCode

  package init(code: ExitCode) {
    self.code = code
  }
}
