/**
 * The first value of fields that will hold times in ns: zero, as a floating-point number. With the integer 0 V8 takes a
 * field to hold small integers until the first time is stored, and then compiles all code anew that touches its object.
 */
export const NO_TIME = -0;
