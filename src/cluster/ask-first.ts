import type { Dispatcher } from 'undici';

/**
 * Asks right before a request is written to its connection. Between the wish to send it and that moment
 * a connection may have to be made, and this process may be frozen for as long as it likes.
 *
 * @param ask throws what the request is to end with, unsent
 */
export function askFirst(ask: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        ask();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}
