// That of the project is not meant.
export default {};
